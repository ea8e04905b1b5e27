import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listOrders } from '../../../src/modules/order/reading/reading.store.ts';
import type { Database } from '../../../src/platform/database/database.ts';
import { idToBytes, type Id } from '../../../src/platform/ids/id.ts';
import { createAdmin } from '../../support/admins.ts';
import {
  ADDRESS,
  createProduct,
  createShopper,
  orderOf,
  type Shopper,
} from '../../support/factories.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

const place = async ({ token }: Shopper, skuIds: readonly Id[], quantity = 1) => {
  const items = skuIds.map((skuId) => ({ skuId, quantity }));
  const { body } = await shop.api.post('/orders', { token, body: orderOf('', 1, { items }) });
  return body;
};
const createSkus = (howMany: number) =>
  Promise.all(
    Array.from({ length: howMany }, async () => {
      const { skuId } = await createProduct(shop, { price: 1_000, stock: 100 });
      return skuId;
    }),
  );
const viewerToken = async () => (await createAdmin(shop, 'viewer')).token;
const loginIdOf = async (memberId: Id) => {
  const found = await shop.api.get(`/admin/members/${memberId}`, { token: shop.ownerToken });
  return found.body.loginId as string;
};

describe('an order', () => {
  it('shows its address to its member and to staff, with every part that was sent', async () => {
    const shopper = await createShopper(shop, 100_000);
    const [skuId = ''] = await createSkus(1);
    const address = { ...ADDRESS, lotAddress: '서울 중구 태평로1가 31' };
    const body = orderOf(skuId, 1, { address });
    const order = await shop.api.post('/orders', { token: shopper.token, body });
    expect(order).toMatchObject({ status: 201, body: { address } });
    const own = await shop.api.get(`/orders/${order.body.id}`, { token: shopper.token });
    expect(own.body.address).toEqual(address);
    expect(own.body).not.toHaveProperty('buyer');
    const staffs = await shop.api.get(`/admin/orders/${order.body.id}`, {
      token: await viewerToken(),
    });
    expect(staffs.body.address).toEqual(address);
    const others = await createShopper(shop, 0);
    const hidden = await shop.api.get(`/orders/${order.body.id}`, { token: others.token });
    expect(hidden.status).toBe(404);
  });

  it('shows no address once that was erased', async () => {
    const shopper = await createShopper(shop, 100_000);
    const { id } = await place(shopper, await createSkus(1));
    await shop.database.write("UPDATE order_orders SET address = '' WHERE id = ?", [idToBytes(id)]);
    const shown = await shop.api.get(`/orders/${id}`, { token: shopper.token });
    expect(shown).toMatchObject({ status: 200, body: { id, address: null } });
  });

  it('shows staff its buyer, the name masked, wherever they see it', async () => {
    const shopper = await createShopper(shop, 100_000);
    const { id } = await place(shopper, await createSkus(1));
    const token = shop.ownerToken;
    const buyer = {
      memberId: shopper.id,
      loginId: await loginIdOf(shopper.id),
      maskedName: '김*님',
    };
    const shown = await shop.api.get(`/admin/orders/${id}`, { token: await viewerToken() });
    expect(shown.body.buyer).toEqual(buyer);
    const list = await shop.api.get('/admin/orders', { token });
    expect(list.body.items.find((item: { id: Id }) => item.id === id).buyer).toEqual(buyer);
    const cancelled = await shop.api.post(`/admin/orders/${id}/cancel`, {
      token,
      body: { reason: '단순 변심' },
    });
    expect(cancelled.body).toMatchObject({ state: 'cancelled', buyer });
  });

  it('shows the id alone of a buyer whom the shop does not have any more', async () => {
    const shopper = await createShopper(shop, 100_000);
    const { id } = await place(shopper, await createSkus(1));
    await shop.database.write('DELETE FROM user_members WHERE id = ?', [idToBytes(shopper.id)]);
    const shown = await shop.api.get(`/admin/orders/${id}`, { token: shop.ownerToken });
    expect(shown).toMatchObject({
      status: 200,
      body: { buyer: { memberId: shopper.id, loginId: null, maskedName: null } },
    });
  });

  it('leaves no trace of who its buyer is outside of user: not in events, nor in tables', async () => {
    const shopper = await createShopper(shop, 100_000);
    await place(shopper, await createSkus(1));
    await shop.app.backbone.settled();
    const loginId = await loginIdOf(shopper.id);
    const columns = await shop.database.select<{ table: string; column: string }>(
      `SELECT TABLE_NAME AS \`table\`, COLUMN_NAME AS \`column\` FROM information_schema.COLUMNS
       WHERE TABLE_SCHEMA = DATABASE() AND DATA_TYPE IN ('varchar', 'text', 'mediumtext', 'longtext')
         AND TABLE_NAME NOT LIKE 'user\\_%'`,
    );
    expect(columns.length).toBeGreaterThan(50);
    const holding = await Promise.all(
      columns.map(async ({ table, column }) => {
        const found = await shop.database.select(
          `SELECT 1 FROM \`${table}\` WHERE \`${column}\` LIKE ? LIMIT 1`,
          [`%${loginId}%`],
        );
        return found.length > 0 ? [`${table}.${column}`] : [];
      }),
    );
    expect(holding.flat()).toEqual([]);
  });
});

describe('the lists of orders', () => {
  it('show the first line of each order and how many there are, to members and staff', async () => {
    const shopper = await createShopper(shop, 100_000);
    const skuIds = await createSkus(3);
    const [first = '', , third = ''] = skuIds;
    const placed = [
      await place(shopper, [first]),
      await place(shopper, skuIds.toReversed(), 2),
      await place(shopper, [third], 3),
    ].toReversed();
    const expected = placed.map(({ id, lines }) => {
      const { skuId, productId, name, options, thumbnailUrl, quantity } = lines[0];
      const firstLine = { skuId, productId, name, options, thumbnailUrl, quantity };
      return { id, firstLine, lineCount: lines.length };
    });
    expect(expected.map(({ lineCount }) => lineCount)).toEqual([1, 3, 1]);
    expect(expected[1]?.firstLine).toMatchObject({ skuId: third, quantity: 2 });
    const own = await shop.api.get('/orders', { token: shopper.token });
    expect(own.body.items).toMatchObject(expected);
    const all = await shop.api.get('/admin/orders?limit=3', { token: shop.ownerToken });
    expect(all.body.items).toMatchObject(expected);
  });

  it('ask for the lines of a whole page at once, by the key of the lines', async () => {
    const shopper = await createShopper(shop, 100_000);
    const skuIds = await createSkus(2);
    for (let round = 0; round < 5; round += 1) await place(shopper, skuIds);
    const { database } = shop;
    const asked: Parameters<Database['select']>[] = [];
    const counting = {
      orm: database.orm,
      select: <Row>(...query: Parameters<Database['select']>) => {
        asked.push(query);
        return database.select<Row>(...query);
      },
    } as unknown as Database;
    const page = { memberId: shopper.id, limit: 25, beforeId: undefined };
    const listed = await listOrders(counting, page);
    expect(listed.map((order) => order.lineCount)).toEqual([2, 2, 2, 2, 2]);
    expect(asked).toHaveLength(1);

    const [sql = '', values] = asked[0] ?? [];
    const plan = await database.select<{ table: string; key: string | null }>(
      `EXPLAIN ${sql}`,
      values,
    );
    const ofLines = plan.filter(({ table }) => table === 'l' || table === 'c');
    expect(ofLines.map(({ key }) => key)).toEqual(['PRIMARY', 'PRIMARY']);
    const nobodys = { ...page, memberId: (await createShopper(shop, 0)).id };
    expect(await listOrders(counting, nobodys)).toEqual([]);
    expect(asked).toHaveLength(1);
  });
});

describe('an order that the wallet does not cover', () => {
  it('says so, at once, upon repetition, and whenever it is looked at', async () => {
    const shopper = await createShopper(shop, 3_999);
    const [skuId = ''] = await createSkus(1);
    const request = {
      token: shopper.token,
      body: orderOf(skuId),
      headers: { 'idempotency-key': 'too little' },
    };
    const refused = await shop.api.post('/orders', request);
    expect(refused.body).toMatchObject({
      status: 409,
      code: 'payment_declined',
      reason: 'insufficient_funds',
      detail: expect.stringContaining('wallet'),
    });
    // Neither what is in the wallet nor what is missing.
    expect(JSON.stringify(refused.body)).not.toMatch(/3,?999|\b1\b/);
    const again = await shop.api.post('/orders', request);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body).toEqual(refused.body);

    const said = { failureCode: 'payment_declined', failureReason: 'insufficient_funds' };
    const { token } = shopper;
    const shown = await shop.api.get(`/orders/${refused.body.orderId}`, { token });
    expect(shown.body).toMatchObject({ state: 'failed', ...said });
    expect((await shop.api.get('/orders', { token })).body.items).toMatchObject([said]);
    const confirmed = await shop.api.post(`/orders/${refused.body.orderId}/payments/confirm`, {
      token,
      body: { paymentKey: 'key', amount: 4_000 },
    });
    expect(confirmed.body).toMatchObject({
      code: 'payment_declined',
      reason: 'insufficient_funds',
    });
  });

  it('says so when it is placed with respond-async, too', async () => {
    const shopper = await createShopper(shop, 0);
    const [skuId = ''] = await createSkus(1);
    const placed = await shop.api.post('/orders', {
      token: shopper.token,
      body: orderOf(skuId),
      headers: { prefer: 'respond-async' },
    });
    await shop.app.backbone.settled();
    const { token } = shopper;
    const id = placed.body.id ?? placed.body.orderId;
    expect((await shop.api.get(`/orders/${id}`, { token })).body).toMatchObject({
      failureCode: 'payment_declined',
      failureReason: 'insufficient_funds',
    });
  });

  it('says what weighs more, when something does', async () => {
    const shopper = await createShopper(shop, 0);
    const { skuId } = await createProduct(shop, { price: 1_000, stock: 1 });
    const body = orderOf(skuId, 2);
    const refused = await shop.api.post('/orders', { token: shopper.token, body });
    expect(refused.body.code).toBe('out_of_stock');
    expect(refused.body).not.toHaveProperty('reason');
    const points = await shop.api.post('/orders', {
      token: shopper.token,
      body: orderOf(skuId, 1, { pointsAmount: 10 }),
    });
    expect(points.body.code).toBe('points_insufficient');
    expect(points.body).not.toHaveProperty('reason');
  });
});
