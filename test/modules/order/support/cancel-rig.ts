import { expect } from 'vitest';
import type { Id } from '../../../../src/platform/ids/id.ts';
import type { Answer } from '../../../support/api-client.ts';
import { ADDRESS, createProduct, createShopper, type Shopper } from '../../../support/factories.ts';
import { approve, confirm, type PayingShop, type Provider } from '../../../support/paying.ts';
import { showOrder } from '../../../support/payments-seen.ts';
import { giveCoupon, givePoints } from '../../../support/purses.ts';

export type Wish = { skuId: Id; quantity: number };
export type Order = Awaited<ReturnType<typeof showOrder>>;

export type CancelRig = ReturnType<typeof createCancelRig>;

/** Buys at a shop, and cancels what was bought. */
export function createCancelRig(shop: PayingShop) {
  const cancel = (
    { token }: Shopper,
    orderId: Id,
    body: unknown,
    headers: Record<string, string> = {},
  ) => shop.api.post(`/orders/${orderId}/cancel`, { token, body, headers });

  return {
    cancel,
    cancelSome: (shopper: Shopper, orderId: Id, ...lines: Wish[]) =>
      cancel(shopper, orderId, { reason: '단순 변심', lines }),
    /** A paid order of two lines with a coupon and points of two grants, and its buyer. */
    buyMuch: (method: 'wallet' | Provider = 'wallet') => buyMuch(shop, method),
  };
}

/** The places that a refusal names. */
export function pathsOf({ body }: Answer): string[] {
  return body.errors.map((error: { path: string }) => error.path);
}

async function buyMuch(shop: PayingShop, method: 'wallet' | Provider) {
  const first = await createProduct(shop, { price: 9_990, stock: 10, discountPercent: 10 });
  const second = await createProduct(shop, { price: 3_333, stock: 10 });
  const shopper = await createShopper(shop, 100_000);
  await givePoints(shop, shopper, 1_000);
  await givePoints(shop, shopper, 4_000);
  const memberCouponId = await giveCoupon(shop, shopper, { amount: 5_000 });
  const body = {
    items: [
      { skuId: first.skuId, quantity: 2 },
      { skuId: second.skuId, quantity: 3 },
    ],
    memberCouponId,
    pointsAmount: 2_500,
    address: ADDRESS,
    paymentMethod: method,
  };
  const placed = await shop.api.post('/orders', { token: shopper.token, body });
  if (method !== 'wallet') {
    await confirm(shop, shopper, placed.body.id, await approve(shop, method, placed.body));
  }
  await shop.app.backbone.settled();
  const order: Order = await showOrder(shop, placed.body.id);
  expect(order).toMatchObject({ state: 'paid', itemsAmount: 27_981, shippingAmount: 3_000 });
  return { first, second, shopper, order };
}
