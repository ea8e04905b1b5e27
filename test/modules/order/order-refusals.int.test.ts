import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId, type Id } from '../../../src/platform/ids/id.ts';
import { createCartClient } from '../../support/carts.ts';
import {
  ADDRESS,
  createProduct,
  createShopper,
  orderOf,
  type Shopper,
} from '../../support/factories.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';
import { createRange } from './support/ranges.ts';

/** Every request learns its order's outcome, however slow the machine. */
const PATIENT = { SHOP_ORDER_ANSWER_WAIT_MS: '30000' };

describe.each([
  { mode: 'where it is placed', environment: PATIENT },
  { mode: 'step by step', environment: { ...PATIENT, SHOP_EVENTS_AT_ONCE: 'off' } },
])('an order that is out of stock, found $mode', ({ environment }) => {
  let shop: TestShop;
  beforeAll(async () => {
    shop = await startShop(environment);
  });
  afterAll(() => shop.stop());

  it('names what was wanted and what is left, in every answer', async () => {
    const stocks = [3, 10, 0];
    const made = stocks.map((stock) => createProduct(shop, { price: 1_000, stock }));
    const skuIds = (await Promise.all(made)).map(({ skuId }) => skuId);
    const { token } = await createShopper(shop, 100_000);
    const items = skuIds.map((skuId) => ({ skuId, quantity: 5 }));
    const request = {
      token,
      body: { items, paymentMethod: 'wallet', address: ADDRESS },
      headers: { 'idempotency-key': newId() },
    };
    const refused = await shop.api.post('/orders', request);
    const skus = [
      { skuId: skuIds[0], requestedQuantity: 5, availableQuantity: 3 },
      { skuId: skuIds[2], requestedQuantity: 5, availableQuantity: 0 },
    ];
    expect(refused.body).toMatchObject({ status: 409, code: 'out_of_stock' });
    const bySku = (list: { skuId: Id }[]) => new Map(list.map((each) => [each.skuId, each]));
    expect(bySku(refused.body.skus)).toEqual(bySku(skus as { skuId: Id }[]));

    const replayed = await shop.api.post('/orders', request);
    expect(replayed.headers.get('idempotency-replayed')).toBe('true');
    expect(bySku(replayed.body.skus)).toEqual(bySku(refused.body.skus));
    const shown = await shop.api.get(`/orders/${refused.body.orderId}`, { token });
    expect(bySku(shown.body.failureSkus)).toEqual(bySku(refused.body.skus));
  });

  it('names nothing when it fails for another reason', async () => {
    const { skuId } = await createProduct(shop, { price: 1_000, stock: 1 });
    const { token } = await createShopper(shop, 0);
    const refused = await shop.api.post('/orders', { token, body: orderOf(skuId) });
    expect(refused.body.code).toBe('payment_declined');
    expect(refused.body).not.toHaveProperty('skus');
    const shown = await shop.api.get(`/orders/${refused.body.orderId}`, { token });
    expect(shown.body.failureSkus).toEqual([]);
  });
});

describe('an order or a quote of what is not on sale', () => {
  let shop: TestShop;
  let cart: ReturnType<typeof createCartClient>;
  let shopper: Shopper;
  let [good, hidden, gone]: Id[] = [];
  beforeAll(async () => {
    shop = await startShop();
    cart = createCartClient(shop.url);
    shopper = await createShopper(shop, 1_000_000);
    const made = [1, 2, 3].map(() => createProduct(shop, { price: 1_000, stock: 10 }));
    const products = await Promise.all(made);
    [good, hidden, gone] = products.map(({ skuId }) => skuId);
    for (const skuId of [good, hidden, gone]) await cart.put(shopper, skuId ?? '', 1);
    for (const { productId } of products.slice(1)) {
      const body = { state: 'hidden' };
      await shop.api.patch(`/admin/products/${productId}`, { token: shop.ownerToken, body });
    }
    await shop.app.backbone.settled();
  });
  afterAll(() => shop.stop());

  const ask = async (path: string, more: Record<string, unknown>) => {
    const body = path === '/orders' ? { paymentMethod: 'wallet', address: ADDRESS, ...more } : more;
    return (await shop.api.post(path, { token: shopper.token, body })).body;
  };

  it.each(['/orders', '/orders/quote'])('names all of it in the cart: %s', async (path) => {
    const problem = await ask(path, {});
    expect(problem).toMatchObject({ status: 400, code: 'validation_failed' });
    expect(problem.skus).toEqual([{ skuId: hidden }, { skuId: gone }]);
    expect(problem.errors).toEqual([
      { path: '', message: `the SKU ${hidden} of the cart is not on sale` },
      { path: '', message: `the SKU ${gone} of the cart is not on sale` },
    ]);
  });

  it.each(['/orders', '/orders/quote'])('says where it stands in the items: %s', async (path) => {
    const items = [good, gone].map((skuId) => ({ skuId, quantity: 1 }));
    const problem = await ask(path, { items });
    expect(problem.skus).toEqual([{ skuId: gone }]);
    expect(problem.errors).toEqual([{ path: '/items/1/skuId', message: 'is not on sale' }]);
    const unknown = newId();
    const missing = await ask(path, { items: [{ skuId: unknown, quantity: 1 }] });
    expect(missing.skus).toEqual([{ skuId: unknown }]);
    expect(missing.errors).toEqual([{ path: '/items/0/skuId', message: 'does not exist' }]);
  });

  it('leaves the cart as it is', async () => {
    expect((await cart.show(shopper)).body.items).toHaveLength(3);
  });
});

describe('a cart', () => {
  it('shows the list prices that its quote shows, options included', async () => {
    const shop = await startShop();
    try {
      const cart = createCartClient(shop.url);
      const skuIds = await createRange(shop, { listPrice: 10_000, discountPercent: 5 });
      const shopper = await createShopper(shop, 0);
      for (const skuId of skuIds) await cart.put(shopper, skuId, 1);
      const { token } = shopper;
      const [shown, quoted] = await Promise.all([
        cart.show(shopper),
        shop.api.post('/orders/quote', { token, body: {} }),
      ]);
      const pricesOf = (line: Record<string, unknown>) => [line.listPrice, line.unitPrice];
      expect(shown.body.items.map(pricesOf)).toEqual(quoted.body.lines.map(pricesOf));
      expect(shown.body.items.map(pricesOf)).toEqual([
        [10_000, 9_500],
        [17_770, 17_270],
      ]);
    } finally {
      await shop.stop();
    }
  });
});
