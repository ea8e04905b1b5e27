import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApiClient } from '../support/api-client.ts';
import { eventually } from '../support/eventually.ts';
import { orderOf } from '../support/factories.ts';
import { createDataDir, runShop, type ShopProcess } from '../support/shop-process.ts';

let dataDir: ReturnType<typeof createDataDir>;
const processes: ShopProcess[] = [];

function start(environment: Record<string, string> = {}): ShopProcess {
  const shop = runShop({
    SHOP_DATA_DIR: dataDir.path,
    SHOP_SEED_PRODUCTS: '60',
    LOG_LEVEL: 'warn',
    ...environment,
  });
  processes.push(shop);
  return shop;
}

beforeEach(() => {
  dataDir = createDataDir();
});
afterEach(async () => {
  for (const { child, exited } of processes.splice(0)) {
    child.kill('SIGKILL');
    await exited;
  }
  await eventually(() => expect(serversIn(dataDir.path)).toEqual([]), 20_000);
  dataDir.remove();
});

/** Processes other than shops that work in or below the folder. */
function serversIn(folder: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      const where = readlinkSync(`/proc/${pid}/cwd`);
      return command.includes(folder) || where.startsWith(folder);
    } catch {
      // It ended while we looked.
      return false;
    }
  });
}

async function logIn(address: string) {
  const api = createApiClient(address);
  const body = { loginId: 'demo', password: 'seonchak-demo' };
  const { body: tokens } = await api.post('/auth/login', { body });
  return { api, token: tokens.accessToken as string };
}

/** Orders something of the demonstration shop, as the shopper that the start prints. */
async function orderSomething(address: string) {
  const { api, token } = await logIn(address);
  const list = await api.get('/products?sort=priceAsc&limit=60');
  const inStock = list.body.items.find(
    (item: { availability: string }) => item.availability === 'in_stock',
  );
  const product = await api.get(`/products/${inStock.id}`);
  const sku = product.body.skus.find(
    (one: { availability: string }) => one.availability === 'in_stock',
  );
  return api.post('/orders', { token, body: orderOf(sku.id) });
}

describe('starting', () => {
  it('opens a demonstration shop, says how to use it, takes an order, and stops cleanly', async () => {
    const shop = start();
    const address = await shop.listening;
    const order = await orderSomething(address);
    expect(order.body).toMatchObject({ state: 'paid' });
    expect(shop.output()).toContain(`docs      ${address}/docs`);
    expect(shop.output()).toContain('shopper   loginId demo, password seonchak-demo');
    expect(shop.output()).toContain('SHOP_OWNER_LOGIN_ID');
    const picture = await fetch(
      address + (await createApiClient(address).get('/products')).body.items[0].thumbnailUrl,
    );
    expect(picture.headers.get('content-type')).toBe('image/webp');

    const second = start();
    expect(await second.exited).toBe(1);
    expect(second.output()).toMatch(/^another shop is running .*\n$/);

    shop.child.kill('SIGINT');
    expect(await shop.exited).toBe(0);
    expect(serversIn(dataDir.path)).toEqual([]);
  });

  it('goes on after kill -9 with what was ordered before', async () => {
    const first = start();
    const order = await orderSomething(await first.listening);
    first.child.kill('SIGKILL');
    expect(await first.exited).toBe('SIGKILL');

    const second = start();
    const { api, token } = await logIn(await second.listening);
    const shown = await api.get(`/orders/${order.body.id}`, { token });
    expect(shown.body).toMatchObject({ state: 'paid', orderNumber: order.body.orderNumber });
    second.child.kill('SIGTERM');
    expect(await second.exited).toBe(0);
  });

  it('leaves nothing running when npm is killed', async () => {
    const shop = runShop({ SHOP_DATA_DIR: dataDir.path, SHOP_SEED: 'none' }, ['npm', 'start']);
    processes.push(shop);
    const address = await shop.listening;
    shop.child.kill('SIGKILL');
    await eventually(async () => {
      await expect(fetch(`${address}/health/live`)).rejects.toThrow('fetch failed');
      expect(serversIn(dataDir.path)).toEqual([]);
    });
  });

  it('names every fault of the configuration at once, and no values', async () => {
    const shop = start({ PORT: 'secret-port', LOG_LEVEL: 'loud', SHOP_TIME_ZONE: '' });
    expect(await shop.exited).toBe(1);
    expect(shop.output()).toMatch(/PORT must be/);
    expect(shop.output()).toMatch(/LOG_LEVEL must be/);
    expect(shop.output()).not.toContain('secret-port');
  });

  it('says in one line that the port is taken, and leaves no servers behind', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const shop = start({ PORT: String(port), SHOP_SEED: 'none' });
    expect(await shop.exited).toBe(1);
    expect(shop.output()).toMatch(/^listen EADDRINUSE.*set PORT\.\n$/);
    other.close();
  });
});
