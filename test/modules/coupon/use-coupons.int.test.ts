import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idToBytes, type Id } from '../../../src/platform/ids/id.ts';
import { createCoupon, createProduct, createShopper, orderOf } from '../../support/factories.ts';
import { auditLedger } from '../../support/ledger.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

const claim = (couponId: Id, token?: string) =>
  shop.api.post(`/coupons/${couponId}/claims`, { token });
const countersOf = async (couponId: Id) => {
  const { body } = await shop.api.get(`/admin/coupons/${couponId}`, { token: shop.ownerToken });
  const { issuedCount, heldCount, usedCount, expiredCount } = body;
  return { issuedCount, heldCount, usedCount, expiredCount };
};
const couponsOf = async (token: string) =>
  (await shop.api.get('/me/coupons', { token })).body.items;
/** A member with money and a coupon. */
const claimFor = async (coupon: {
  amount: number;
  minOrderAmount?: number;
  validDays?: number;
}) => {
  const couponId = await createCoupon(shop, coupon);
  const { token } = await createShopper(shop, 100_000);
  const { memberCouponId } = (await claim(couponId, token)).body;
  return { couponId, token, memberCouponId };
};
const buy = async (
  { token, memberCouponId }: { token: string; memberCouponId: Id },
  price: number,
) => {
  const { skuId } = await createProduct(shop, { price, stock: 5 });
  return shop.api.post('/orders', { token, body: orderOf(skuId, 1, { memberCouponId }) });
};
const UNUSED = { heldCount: 0, usedCount: 0, expiredCount: 0 };

describe('using a coupon', () => {
  it('takes its amount off, from the minimum on', async () => {
    const claimed = await claimFor({ amount: 3_000, minOrderAmount: 10_000 });
    const refused = await buy(claimed, 9_999);
    expect(refused.body).toMatchObject({ status: 409, code: 'coupon_rejected' });
    expect(await couponsOf(claimed.token)).toMatchObject([{ state: 'issued' }]);

    const order = await buy(claimed, 10_000);
    expect(order).toMatchObject({
      status: 201,
      body: { couponAmount: 3_000, totalAmount: 10_000 },
    });
    await shop.app.backbone.settled();
    expect(await couponsOf(claimed.token)).toMatchObject([{ state: 'used' }]);
    expect(await countersOf(claimed.couponId)).toEqual({ ...UNUSED, issuedCount: 1, usedCount: 1 });
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
    expect(await countersOf(claimed.couponId)).toEqual({ issuedCount: 1, ...UNUSED });
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
