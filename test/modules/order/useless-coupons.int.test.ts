import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Id } from '../../../src/platform/ids/id.ts';
import { createProduct, createShopper, orderOf, type Shopper } from '../../support/factories.ts';
import { auditLedger } from '../../support/ledger.ts';
import { giveCoupon, purseOf } from '../../support/purses.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(async () => {
  await auditLedger(shop);
  await shop.stop();
});

let shopper: Shopper;
beforeEach(async () => {
  shopper = await createShopper(shop, 100_000);
});

const quote = (skuId: Id, quantity: number, memberCouponId?: Id) =>
  shop.api.post('/orders/quote', {
    token: shopper.token,
    body: { items: [{ skuId, quantity }], memberCouponId },
  });
const place = (skuId: Id, quantity: number, memberCouponId: Id, headers = {}) =>
  shop.api.post('/orders', {
    token: shopper.token,
    body: orderOf(skuId, quantity, { memberCouponId }),
    headers,
  });

type Coupon = Parameters<typeof giveCoupon>[2];

describe('a coupon that would take nothing off', () => {
  it.each<[string, Coupon, { price: number; discountPercent?: number }]>([
    ['free shipping of what ships free', { kind: 'free_shipping' }, { price: 30_000 }],
    ['a percent that is no whole won', { kind: 'percentage', percent: 1 }, { price: 99 }],
    ['an amount off gifts', { amount: 1_000 }, { price: 5_000, discountPercent: 100 }],
  ])('is quoted as of no use, and not spent: %s', async (_what, terms, product) => {
    const { skuId } = await createProduct(shop, { ...product, stock: 5 });
    const memberCouponId = await giveCoupon(shop, shopper, terms);
    const [quoted, plain] = [await quote(skuId, 1, memberCouponId), await quote(skuId, 1)];
    expect(plain.body).toMatchObject({ coupon: null, couponAmount: 0 });
    expect(quoted).toMatchObject({ status: 200, body: { ...plain.body, coupon: {} } });
    expect(quoted.body.coupon).toEqual({
      memberCouponId,
      isUsable: false,
      reason: 'coupon_without_benefit',
      discountAmount: 0,
      freedShippingAmount: 0,
    });

    const headers = { 'idempotency-key': 'useless' };
    const refused = await place(skuId, 1, memberCouponId, headers);
    expect(refused.body).toMatchObject({
      status: 409,
      code: 'coupon_rejected',
      reason: 'coupon_without_benefit',
      detail: expect.stringContaining('takes nothing off'),
      orderId: expect.any(String),
    });
    const again = await place(skuId, 1, memberCouponId, headers);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body).toEqual(refused.body);
    const shown = await shop.api.get(`/orders/${refused.body.orderId}`, { token: shopper.token });
    expect(shown.body).toMatchObject({
      state: 'failed',
      failureCode: 'coupon_rejected',
      failureReason: 'coupon_without_benefit',
    });
    await shop.app.backbone.settled();
    expect(await purseOf(shop, shopper)).toEqual({
      money: 100_000,
      points: 0,
      coupons: ['issued'],
    });
  });

  it('serves the next order, of which it takes something', async () => {
    const { skuId } = await createProduct(shop, { price: 15_000, stock: 5 });
    const memberCouponId = await giveCoupon(shop, shopper, { kind: 'free_shipping' });
    expect((await place(skuId, 2, memberCouponId)).body.reason).toBe('coupon_without_benefit');
    expect((await quote(skuId, 1, memberCouponId)).body).toMatchObject({
      shippingAmount: 0,
      totalAmount: 15_000,
      coupon: { isUsable: true, reason: null, discountAmount: 0, freedShippingAmount: 3_000 },
    });
    const order = await place(skuId, 1, memberCouponId);
    expect(order).toMatchObject({
      status: 201,
      body: { totalAmount: 15_000, failureReason: null },
    });
    await shop.app.backbone.settled();
    expect((await purseOf(shop, shopper)).coupons).toEqual(['used']);
  });

  it('is not one whose terms are not met: that one is rejected, as ever', async () => {
    const { skuId } = await createProduct(shop, { price: 30_000, stock: 5 });
    const terms: Coupon = { kind: 'free_shipping', minOrderAmount: 30_001 };
    const memberCouponId = await giveCoupon(shop, shopper, terms);
    for (const answer of [
      await quote(skuId, 1, memberCouponId),
      await place(skuId, 1, memberCouponId),
    ]) {
      expect(answer.body).toMatchObject({ status: 409, code: 'coupon_rejected' });
      expect(answer.body).not.toHaveProperty('reason');
    }
  });
});
