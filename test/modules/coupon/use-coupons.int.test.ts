import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idToBytes, type Id } from '../../../src/platform/ids/id.ts';
import { eventually } from '../../support/eventually.ts';
import { createCoupon, createProduct, createShopper, orderOf } from '../../support/factories.ts';
import { auditLedger } from '../../support/ledger.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';
import { claim, countersOf, couponsOf, UNUSED } from './coupon-shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

/** A member with money and a coupon. */
const claimFor = async (coupon: Parameters<typeof createCoupon>[1]) => {
  const couponId = await createCoupon(shop, coupon);
  const { token } = await createShopper(shop, 100_000);
  const { memberCouponId } = (await claim(shop, couponId, token)).body;
  return { couponId, token, memberCouponId };
};
const buy = async (
  { token, memberCouponId }: { token: string; memberCouponId: Id },
  price: number,
) => {
  const { skuId } = await createProduct(shop, { price, stock: 5 });
  return shop.api.post('/orders', { token, body: orderOf(skuId, 1, { memberCouponId }) });
};

describe('using a coupon', () => {
  it('takes its amount off, from the minimum on', async () => {
    const claimed = await claimFor({ amount: 3_000, minOrderAmount: 10_000 });
    const refused = await buy(claimed, 9_999);
    expect(refused.body).toMatchObject({ status: 409, code: 'coupon_rejected' });
    expect(await couponsOf(shop, claimed.token)).toMatchObject([{ state: 'issued' }]);

    const order = await buy(claimed, 10_000);
    expect(order).toMatchObject({
      status: 201,
      body: { couponAmount: 3_000, totalAmount: 10_000 },
    });
    await shop.app.backbone.settled();
    expect(await couponsOf(shop, claimed.token)).toMatchObject([{ state: 'used' }]);
    expect(await countersOf(shop, claimed.couponId)).toEqual({
      ...UNUSED,
      issuedCount: 1,
      usedCount: 1,
    });
  });

  it('takes no more off than the items cost', async () => {
    const claimed = await claimFor({ amount: 50_000 });
    const order = await buy(claimed, 7_000);
    expect(order.body).toMatchObject({
      couponAmount: 7_000,
      shippingAmount: 3_000,
      totalAmount: 3_000,
    });
  });

  it('takes a part of what it covers off, and shipping where it frees that', async () => {
    const { productId, skuId } = await createProduct(shop, { price: 10_000, stock: 5 });
    const other = await createProduct(shop, { price: 5_000, stock: 5 });
    const claimed = await claimFor({
      kind: 'percentage',
      percent: 15,
      scope: { kind: 'products', ids: [productId] },
    });
    const items = [skuId, other.skuId].map((id) => ({ skuId: id, quantity: 1 }));
    const { token, memberCouponId } = claimed;
    const body = orderOf(skuId, 1, { items, memberCouponId });
    expect((await shop.api.post('/orders', { token, body })).body).toMatchObject({
      couponAmount: 1_500,
      totalAmount: 16_500,
      state: 'paid',
    });
    const free = await claimFor({ kind: 'free_shipping', minOrderAmount: 5_000 });
    expect((await buy(free, 5_000)).body).toMatchObject({
      couponAmount: 0,
      shippingAmount: 0,
      totalAmount: 5_000,
      state: 'paid',
    });
    await shop.app.backbone.settled();
    expect(await couponsOf(shop, free.token)).toMatchObject([{ state: 'used' }]);
  });

  it('is refused when it has expired, even when order’s own copy does not know yet', async () => {
    const claimed = await claimFor({ amount: 1_000, validDays: 1 });
    await shop.database.write(
      `UPDATE coupon_member_coupons SET expires_at = CURRENT_TIMESTAMP(3) - INTERVAL 1 SECOND
       WHERE id = ?`,
      [idToBytes(claimed.memberCouponId)],
    );
    const refused = await buy(claimed, 20_000);
    expect(refused.body).toMatchObject({ status: 409, code: 'coupon_rejected' });
    await shop.app.backbone.settled();
    const wallet = await shop.api.get('/me/wallet', { token: claimed.token });
    expect(wallet.body.balanceAmount).toBe(100_000);
    await eventually(async () => {
      const counters = { ...UNUSED, issuedCount: 1, expiredCount: 1 };
      expect(await countersOf(shop, claimed.couponId)).toEqual(counters);
    });
    await auditLedger(shop);
  });

  it('is refused at once when order knows that it has expired', async () => {
    const claimed = await claimFor({ amount: 1_000, validDays: 1 });
    await shop.app.backbone.settled();
    await shop.database.write(
      `UPDATE order_member_coupon_copies SET expires_at = CURRENT_TIMESTAMP(3) - INTERVAL 1 SECOND
       WHERE member_coupon_id = ?`,
      [idToBytes(claimed.memberCouponId)],
    );
    const refused = await buy(claimed, 20_000);
    expect(refused.body).toMatchObject({ status: 409, code: 'coupon_rejected' });
    expect(refused.body.orderId).toBeTypeOf('string');
  });

  it('works right after the claim, and after order’s copy of the terms was filled anew', async () => {
    const claimed = await claimFor({ amount: 1_000 });
    await shop.app.backbone.settled();
    await shop.database.write('DELETE FROM order_coupon_copies');
    await shop.app.modules.coupon.republishCoupons();
    await shop.app.backbone.settled();
    expect((await buy(claimed, 20_000)).body).toMatchObject({ state: 'paid', couponAmount: 1_000 });
  });
});
