import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import {
  createCoupon,
  createProduct,
  createShopper,
  createShoppers,
  orderOf,
} from '../support/factories.ts';
import { auditLedger } from '../support/ledger.ts';
import { startShop, type TestShop } from '../support/start-shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

const stockOf = async (productId: string) => {
  const { body } = await shop.api.get(`/admin/products/${productId}`, { token: shop.ownerToken });
  const { stock, heldQuantity, soldQuantity } = body.skus[0];
  return { stock, heldQuantity, soldQuantity };
};
const balanceOf = async (token: string) =>
  (await shop.api.get('/me/wallet', { token })).body.balanceAmount;
const couponStateOf = async (token: string) =>
  (await shop.api.get('/me/coupons', { token })).body.items[0].state;

describe('an order with a coupon, paid by wallet', () => {
  it('is paid, and stock, coupon, wallet and the dashboard show it', async () => {
    const { productId, skuId } = await createProduct(shop, { price: 20_000, stock: 10 });
    const shopper = await createShopper(shop, 100_000);
    const couponId = await createCoupon(shop, { amount: 3_000, minOrderAmount: 10_000 });
    const { token } = shopper;

    const claim = await shop.api.post(`/coupons/${couponId}/claims`, { token });
    expect(claim.status).toBe(201);
    expect(claim.body).toMatchObject({ rank: 1, state: 'issued' });
    const { memberCouponId } = claim.body;

    const order = await shop.api.post('/orders', {
      token,
      body: orderOf(skuId, 2, { memberCouponId, expectedTotalAmount: 37_000 }),
    });
    expect(order.status).toBe(201);
    expect(order.body).toMatchObject({
      state: 'paid',
      failureCode: null,
      itemsAmount: 40_000,
      couponAmount: 3_000,
      pointsAmount: 0,
      shippingAmount: 0,
      totalAmount: 37_000,
      lines: [{ skuId, quantity: 2, unitPrice: 20_000, lineAmount: 40_000 }],
    });
    expect(order.body.orderNumber).toMatch(/^\d{8}-[0-9A-Z]{12}$/);

    const shown = await shop.api.get(`/orders/${order.body.id}`, { token });
    expect(shown.body).toEqual(order.body);
    expect(await balanceOf(token)).toBe(63_000);
    await eventually(async () => {
      expect(await stockOf(productId)).toEqual({ stock: 8, heldQuantity: 0, soldQuantity: 2 });
      expect(await couponStateOf(token)).toBe('used');
      const summary = await shop.api.get('/admin/dashboard/summary', { token: shop.ownerToken });
      expect(summary.body).toMatchObject({ paidOrders: 1, paidAmount: 37_000, soldUnits: 2 });
    });
    await auditLedger(shop);
  });
});

describe('a refused order leaves everything as it was', () => {
  it('out of stock', async () => {
    const { productId, skuId } = await createProduct(shop, { price: 10_000, stock: 1 });
    const { token } = await createShopper(shop, 100_000);
    const couponId = await createCoupon(shop, { amount: 1_000 });
    const claim = await shop.api.post(`/coupons/${couponId}/claims`, { token });

    const { memberCouponId } = claim.body;
    const refused = await shop.api.post('/orders', {
      token,
      body: orderOf(skuId, 2, { memberCouponId }),
    });
    expect(refused.status).toBe(409);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(refused.body).toMatchObject({ code: 'out_of_stock', status: 409 });
    const order = await shop.api.get(`/orders/${refused.body.orderId}`, { token });
    expect(order.body).toMatchObject({ state: 'failed', failureCode: 'out_of_stock' });
    await eventually(async () => {
      expect(await stockOf(productId)).toEqual({ stock: 1, heldQuantity: 0, soldQuantity: 0 });
      expect(await balanceOf(token)).toBe(100_000);
      expect(await couponStateOf(token)).toBe('issued');
    });
    await auditLedger(shop);
  });

  it('wallet too low', async () => {
    const { productId, skuId } = await createProduct(shop, { price: 10_000, stock: 5 });
    const { token } = await createShopper(shop, 9_000);
    const couponId = await createCoupon(shop, { amount: 1_000 });
    const claim = await shop.api.post(`/coupons/${couponId}/claims`, { token });

    const { memberCouponId } = claim.body;
    const refused = await shop.api.post('/orders', {
      token,
      body: orderOf(skuId, 1, { memberCouponId }),
    });
    expect(refused.body).toMatchObject({ code: 'payment_declined', status: 409 });
    await eventually(async () => {
      expect(await stockOf(productId)).toEqual({ stock: 5, heldQuantity: 0, soldQuantity: 0 });
      expect(await balanceOf(token)).toBe(9_000);
      expect(await couponStateOf(token)).toBe('issued');
    });
    await auditLedger(shop);
  });

  it("another member's coupon", async () => {
    const { skuId } = await createProduct(shop, { price: 10_000, stock: 5 });
    const [owner, thief] = await createShoppers(shop, 2, 50_000);
    const couponId = await createCoupon(shop, { amount: 1_000 });
    const claim = await shop.api.post(`/coupons/${couponId}/claims`, { token: owner?.token });
    const { memberCouponId } = claim.body;
    const refused = await shop.api.post('/orders', {
      token: thief?.token,
      body: orderOf(skuId, 1, { memberCouponId }),
    });
    expect(refused.body).toMatchObject({ code: 'coupon_rejected', status: 409 });
    expect(refused.body.orderId).toBeTypeOf('string');
    expect(await couponStateOf(owner?.token ?? '')).toBe('issued');
    await auditLedger(shop);
  });

  it('a coupon that is used already', async () => {
    const { skuId } = await createProduct(shop, { price: 10_000, stock: 5 });
    const { token } = await createShopper(shop, 50_000);
    const couponId = await createCoupon(shop, { amount: 1_000 });
    const { memberCouponId } = (await shop.api.post(`/coupons/${couponId}/claims`, { token })).body;
    const body = orderOf(skuId, 1, { memberCouponId });
    const answers = await Promise.all(
      [1, 2, 3].map(() => shop.api.post('/orders', { token, body })),
    );
    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([
      201, 409, 409,
    ]);
    await eventually(() => auditLedger(shop));
  });
});

describe('a crowd', () => {
  it('200 buyers at once of a SKU with 100 in stock: exactly 100 get one', async () => {
    const { productId, skuId } = await createProduct(shop, { price: 10_000, stock: 100 });
    const shoppers = await createShoppers(shop, 200, 50_000);
    const answers = await Promise.all(
      shoppers.map(({ token }) => shop.api.post('/orders', { token, body: orderOf(skuId) })),
    );
    const paid = answers.filter((answer) => answer.status === 201);
    const refused = answers.filter((answer) => answer.status === 409);
    expect(paid.every((answer) => answer.body.state === 'paid')).toBe(true);
    expect(refused.every((answer) => answer.body.code === 'out_of_stock')).toBe(true);
    expect([paid.length, refused.length]).toEqual([100, 100]);
    await eventually(async () => {
      expect(await stockOf(productId)).toEqual({ stock: 0, heldQuantity: 0, soldQuantity: 100 });
      await auditLedger(shop);
    });
  });
});

describe('cancelling', () => {
  it('gives back money, coupon and stock, and takes it out of the figures', async () => {
    const { productId, skuId } = await createProduct(shop, { price: 30_000, stock: 3 });
    const { token } = await createShopper(shop, 100_000);
    const couponId = await createCoupon(shop, { amount: 5_000 });
    const { memberCouponId } = (await shop.api.post(`/coupons/${couponId}/claims`, { token })).body;
    const placed = await shop.api.post('/orders', {
      token,
      body: orderOf(skuId, 1, { memberCouponId }),
    });
    expect(placed.status).toBe(201);

    const cancelled = await shop.api.post(`/orders/${placed.body.id}/cancel`, {
      token,
      body: { reason: '단순 변심' },
    });
    expect(cancelled.status).toBe(200);
    expect(cancelled.body).toMatchObject({ state: 'cancelled', payment: { state: 'refunded' } });
    expect(cancelled.body.lines[0].cancelledQuantity).toBe(1);
    await eventually(async () => {
      expect(await stockOf(productId)).toEqual({ stock: 3, heldQuantity: 0, soldQuantity: 0 });
      expect(await balanceOf(token)).toBe(100_000);
      expect(await couponStateOf(token)).toBe('issued');
      await auditLedger(shop);
    });

    const again = await shop.api.post(`/orders/${placed.body.id}/cancel`, {
      token,
      body: { reason: '다시' },
    });
    expect(again.body).toMatchObject({ status: 409, code: 'order_not_cancellable' });
  });

  it("does not find another member's order", async () => {
    const { skuId } = await createProduct(shop, { price: 30_000, stock: 3 });
    const [buyer, other] = await createShoppers(shop, 2, 100_000);
    const placed = await shop.api.post('/orders', { token: buyer?.token, body: orderOf(skuId) });
    const path = `/orders/${placed.body.id}`;
    expect((await shop.api.get(path, { token: other?.token })).status).toBe(404);
    const cancel = await shop.api.post(`${path}/cancel`, {
      token: other?.token,
      body: { reason: 'x' },
    });
    expect(cancel.status).toBe(404);
  });
});

describe('an Idempotency-Key', () => {
  it('makes one order of many equal requests, in parallel and later', async () => {
    const { skuId } = await createProduct(shop, { price: 10_000, stock: 50 });
    const { token } = await createShopper(shop, 500_000);
    const send = (body: object) =>
      shop.api.post('/orders', { token, body, headers: { 'idempotency-key': 'one order' } });

    const answers = await Promise.all(Array.from({ length: 30 }, () => send(orderOf(skuId))));
    const ids = new Set(answers.map((answer) => answer.body.id));
    expect(ids.size).toBe(1);
    expect(answers.filter((answer) => !answer.headers.has('idempotency-replayed'))).toHaveLength(1);

    const later = await send(orderOf(skuId));
    expect(later.headers.get('idempotency-replayed')).toBe('true');
    expect(later.body).toMatchObject({ id: [...ids][0], state: 'paid' });
    const other = await send(orderOf(skuId, 2));
    expect(other.body).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    expect(await balanceOf(token)).toBe(487_000);
  });
});

describe('bad input', () => {
  it.each([
    ['a quantity of 0', { items: [{ skuId: 'sku', quantity: 0 }] }, '/items/0/quantity'],
    ['a negative quantity', { items: [{ skuId: 'sku', quantity: -1 }] }, '/items/0/quantity'],
    ['a fraction', { items: [{ skuId: 'sku', quantity: 1.5 }] }, '/items/0/quantity'],
    ['a quantity of 10^9', { items: [{ skuId: 'sku', quantity: 1e9 }] }, '/items/0/quantity'],
    ['a number as text', { items: [{ skuId: 'sku', quantity: '1' }] }, '/items/0/quantity'],
    ['an unknown field', { gift: true }, '/gift'],
    ['no items', { items: [] }, '/items'],
  ])('refuses %s and names the place', async (_what, change, path) => {
    const { skuId } = await createProduct(shop, { price: 10_000, stock: 5 });
    const { token } = await createShopper(shop, 50_000);
    const text = JSON.stringify({ ...orderOf(skuId), ...change }).replaceAll('"sku"', `"${skuId}"`);
    const answer = await shop.api.post('/orders', { token, body: JSON.parse(text) });
    expect(answer.body).toMatchObject({ status: 400, code: 'validation_failed' });
    expect(answer.body.errors.map((error: { path: string }) => error.path)).toContain(path);
  });

  it('refuses an unknown SKU, a hidden one, and another total', async () => {
    const { productId, skuId } = await createProduct(shop, { price: 10_000, stock: 5 });
    const { token } = await createShopper(shop, 50_000);
    const unknown = await shop.api.post('/orders', { token, body: orderOf(productId) });
    expect(unknown.body).toMatchObject({ status: 400, code: 'validation_failed' });

    const body = orderOf(skuId, 1, { expectedTotalAmount: 9_000 });
    const changed = await shop.api.post('/orders', { token, body });
    expect(changed.body).toMatchObject({ status: 409, code: 'price_changed' });
    expect(changed.body.quote).toMatchObject({ totalAmount: 13_000, shippingAmount: 3_000 });

    await shop.api.patch(`/admin/products/${productId}`, {
      token: shop.ownerToken,
      body: { state: 'hidden' },
    });
    await eventually(async () => {
      const hidden = await shop.api.post('/orders', { token, body: orderOf(skuId) });
      expect(hidden.body).toMatchObject({ status: 400, code: 'validation_failed' });
    });
  });

  it('refuses a shopper without a token', async () => {
    const answer = await shop.api.post('/orders', { body: {} });
    expect(answer.body).toMatchObject({ status: 401, code: 'unauthenticated' });
  });
});
