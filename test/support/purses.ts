import type { Id } from '../../src/platform/ids/id.ts';
import { createCoupon, type Shopper, type TestProduct } from './factories.ts';
import type { TestShop } from './start-shop.ts';

/** Points for a member; they are worth their number in KRW. */
export async function givePoints(
  { api, ownerToken: token }: TestShop,
  member: Shopper,
  amount: number,
): Promise<void> {
  const body = { amount, reason: '첫 구매' };
  const granted = await api.post(`/admin/members/${member.id}/points-grants`, { token, body });
  if (granted.status !== 201) throw new Error(JSON.stringify(granted.body));
}

/** A coupon of a member's own, from a campaign of its own. */
export async function giveCoupon(
  shop: TestShop,
  { token }: Shopper,
  coupon: Parameters<typeof createCoupon>[1],
): Promise<Id> {
  const couponId = await createCoupon(shop, coupon);
  const claim = await shop.api.post(`/coupons/${couponId}/claims`, { token });
  if (claim.status !== 201) throw new Error(JSON.stringify(claim.body));
  return claim.body.memberCouponId;
}

/** What a member can spend, and the states of its coupons. */
export async function purseOf({ api }: TestShop, { token }: Shopper) {
  const [wallet, points, coupons] = await Promise.all([
    api.get('/me/wallet', { token }),
    api.get('/me/points', { token }),
    api.get('/me/coupons', { token }),
  ]);
  return {
    money: wallet.body.balanceAmount as number,
    points: points.body.balanceAmount as number,
    coupons: coupons.body.items.map((item: { state: string }) => item.state) as string[],
  };
}

/** Where the units of a product's one SKU are. */
export async function unitsOf({ api, ownerToken: token }: TestShop, { productId }: TestProduct) {
  const { body } = await api.get(`/admin/products/${productId}`, { token });
  const { stock, heldQuantity, soldQuantity } = body.skus[0];
  return { open: stock as number, held: heldQuantity as number, sold: soldQuantity as number };
}
