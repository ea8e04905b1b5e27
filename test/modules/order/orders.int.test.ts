import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareIds, newId } from '../../../src/platform/ids/id.ts';
import { createAdmin } from '../../support/admins.ts';
import { eventually } from '../../support/eventually.ts';
import {
  ADDRESS,
  createProduct,
  createShopper,
  createShoppers,
  orderOf,
} from '../../support/factories.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';
import { walkIds } from '../../support/walk-pages.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

const place = (token: string, body: unknown, headers: Record<string, string> = {}) =>
  shop.api.post('/orders', { token, body, headers });
const balanceOf = async (token: string) =>
  (await shop.api.get('/me/wallet', { token })).body.balanceAmount;
const stockOf = async (productId: string) => {
  const { body } = await shop.api.get(`/admin/products/${productId}`, { token: shop.ownerToken });
  const { stock, heldQuantity, soldQuantity } = body.skus[0];
  return { stock, heldQuantity, soldQuantity };
};

describe('an order of several items', () => {
  it('has a line for each SKU, and adds up what is named twice', async () => {
    const [first, second] = await Promise.all([
      createProduct(shop, { price: 10_000, stock: 10, discountPercent: 10 }),
      createProduct(shop, { price: 5_000, stock: 10 }),
    ]);
    const { token } = await createShopper(shop, 100_000);
    const items = [
      { skuId: first.skuId, quantity: 1 },
      { skuId: second.skuId, quantity: 2 },
      { skuId: first.skuId, quantity: 3 },
    ];
    const order = await place(token, { ...orderOf(''), items });
    expect(order.body).toMatchObject({
      state: 'paid',
      lines: [
        { skuId: first.skuId, quantity: 4, unitPrice: 9_000, lineAmount: 36_000 },
        { skuId: second.skuId, quantity: 2, unitPrice: 5_000, lineAmount: 10_000 },
      ],
      itemsAmount: 46_000,
      shippingAmount: 0,
      totalAmount: 46_000,
    });
    expect(await balanceOf(token)).toBe(54_000);
  });

  it('is refused as a whole when one of them is short', async () => {
    const [plenty, scarce] = await Promise.all([
      createProduct(shop, { price: 10_000, stock: 10 }),
      createProduct(shop, { price: 10_000, stock: 1 }),
    ]);
    const { token } = await createShopper(shop, 100_000);
    const items = [plenty, scarce].map(({ skuId }) => ({ skuId, quantity: 2 }));
    const refused = await place(token, { ...orderOf(''), items });
    expect(refused.body).toMatchObject({ status: 409, code: 'out_of_stock' });
    await shop.app.backbone.settled();
    expect(await stockOf(plenty.productId)).toMatchObject({ stock: 10, heldQuantity: 0 });
    expect(await balanceOf(token)).toBe(100_000);
  });

  it('keeps the prices at which it was placed', async () => {
    const { productId, skuId } = await createProduct(shop, { price: 10_000, stock: 10 });
    const { token } = await createShopper(shop, 100_000);
    const order = await place(token, orderOf(skuId));
    const body = { listPrice: 99_000, name: '다른 이름' };
    await shop.api.patch(`/admin/products/${productId}`, { token: shop.ownerToken, body });
    const shown = await shop.api.get(`/orders/${order.body.id}`, { token });
    expect(shown.body).toEqual(order.body);
  });
});

describe('an order that is asked for with respond-async', () => {
  it('is answered at once, undecided, and is paid a moment later', async () => {
    const { skuId } = await createProduct(shop, { price: 10_000, stock: 10 });
    const { token } = await createShopper(shop, 100_000);
    const answer = await place(token, orderOf(skuId), { prefer: 'respond-async' });
    expect(answer).toMatchObject({
      status: 202,
      body: { state: 'placed', payment: { state: 'pending' }, paidAt: null },
    });
    expect(answer.headers.get('location')).toBe(`/api/v1/orders/${answer.body.id}`);
    await eventually(async () => {
      const { body } = await shop.api.get(`/orders/${answer.body.id}`, { token });
      expect(body).toMatchObject({ state: 'paid', payment: { state: 'paid' } });
    });
  });
});

describe('the lists of orders', () => {
  it('are a member’s own, and every order for admins: newest first, each once', async () => {
    const { skuId } = await createProduct(shop, { price: 1_000, stock: 100 });
    const [mine, other] = await createShoppers(shop, 2, 100_000);
    const placed = await Promise.all(
      [mine, mine, other, mine, mine, other, mine].map((shopper) =>
        place(shopper?.token ?? '', orderOf(skuId)),
      ),
    );
    const idsOf = (token?: string, path = '/orders', limit = 2) =>
      walkIds(shop.api, path, { token, limit });
    const ids = placed.map((order) => order.body.id);
    const own = await idsOf(mine?.token);
    expect(own).toEqual(
      [0, 1, 3, 4, 6]
        .map((index) => String(ids[index]))
        .toSorted(compareIds)
        .toReversed(),
    );
    expect(await idsOf(other?.token)).toHaveLength(2);

    const all = await idsOf(shop.ownerToken, '/admin/orders', 3);
    expect(all).toEqual([...new Set(all)].toSorted().toReversed());
    expect(all).toEqual(expect.arrayContaining(ids));
    const list = await shop.api.get('/orders?limit=1', { token: mine?.token });
    expect(list.body.items[0]).toEqual({
      id: own[0],
      orderNumber: expect.stringMatching(/^\d{8}-[0-9A-Z]{12}$/),
      state: 'paid',
      failureCode: null,
      failureReason: null,
      firstLine: expect.objectContaining({ skuId, quantity: 1 }),
      lineCount: 1,
      totalAmount: 4_000,
      createdAt: expect.any(String),
    });
  });

  it('tell nothing to those who may not see them', async () => {
    const { token } = await createShopper(shop, 0);
    expect((await shop.api.get('/orders')).status).toBe(401);
    expect((await shop.api.get('/admin/orders', { token })).status).toBe(401);
    expect((await shop.api.get('/orders', { token: shop.ownerToken })).status).toBe(401);
    const viewer = await createAdmin(shop, 'viewer');
    expect((await shop.api.get('/admin/orders', { token: viewer.token })).status).toBe(200);
    expect((await shop.api.get(`/orders/${newId()}`, { token })).status).toBe(404);
    const unknown = await shop.api.get(`/admin/orders/${newId()}`, { token: viewer.token });
    expect(unknown.body).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('show an admin the order that its member sees, and no address in a list', async () => {
    const { skuId } = await createProduct(shop, { price: 1_000, stock: 1 });
    const { token } = await createShopper(shop, 100_000);
    const { body: order } = await place(token, orderOf(skuId));
    const shown = await shop.api.get(`/admin/orders/${order.id}`, { token: shop.ownerToken });
    expect(shown.body).toEqual({ ...order, buyer: expect.any(Object) });
    const list = await shop.api.get('/admin/orders', { token: shop.ownerToken });
    expect(JSON.stringify(list.body)).not.toContain(ADDRESS.roadAddress);
  });
});

describe('what nobody should send', () => {
  it.each([
    ['no address', { address: undefined }, '/address'],
    [
      'a zone code of four digits',
      { address: { ...ADDRESS, zoneCode: '0452' } },
      '/address/zoneCode',
    ],
    ['a telephone of letters', { address: { ...ADDRESS, phone: 'call me!' } }, '/address/phone'],
    ['another payment method', { paymentMethod: 'cash' }, '/paymentMethod'],
    ['a price of its own', { totalAmount: 1 }, '/totalAmount'],
    ['a coupon that is no id', { memberCouponId: '1' }, '/memberCouponId'],
    [
      '101 items',
      { items: Array.from({ length: 101 }, () => ({ skuId: newId(), quantity: 1 })) },
      '/items',
    ],
  ])('is refused: %s', async (_what, change, path) => {
    const { token } = await createShopper(shop, 0);
    const answer = await place(token, { ...orderOf(newId()), ...change });
    expect(answer.body).toMatchObject({ status: 400, code: 'validation_failed' });
    expect(answer.body.errors.map((error: { path: string }) => error.path)).toContain(path);
  });

  it('names the item that does not exist, by its place', async () => {
    const { skuId } = await createProduct(shop, { price: 10_000, stock: 5 });
    const { token } = await createShopper(shop, 100_000);
    const items = [
      { skuId, quantity: 1 },
      { skuId: newId(), quantity: 1 },
    ];
    const answer = await place(token, { ...orderOf(''), items });
    expect(answer.body).toMatchObject({ status: 400, errors: [{ path: '/items/1/skuId' }] });
    expect(await balanceOf(token)).toBe(100_000);
  });
});
