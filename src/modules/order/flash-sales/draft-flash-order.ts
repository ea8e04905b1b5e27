import type { Id } from '../../../platform/ids/id.ts';
import type { Krw } from '../../../platform/money/krw.ts';
import type { SkuFacts } from '../copies/copies.rules.ts';
import { draftOf, orderOf, type Draft, type PlacingTerms } from '../placing/draft-order.ts';
import { priceLines, priceOrder } from '../placing/pricing.rules.ts';
import type { QueuedTicket } from './tickets.store.ts';

/**
 * The order of a ticket whose turn it is: one unit at the sale's own price, without coupon and
 * points. It says nothing of the product's usual discount, which is not what made its price.
 */
export function draftFlashOrder(
  { memberId, paymentMethod, address }: QueuedTicket,
  sale: { id: Id; price: Krw },
  sku: SkuFacts,
  terms: PlacingTerms,
  now: Date,
): Draft {
  const lines = priceLines([
    { sku: { ...sku, discountPercent: 0 }, quantity: 1, unitPrice: sale.price },
  ]);
  const price = priceOrder(lines, { benefit: undefined, pointsAmount: 0 }, terms);
  const placer = {
    memberId,
    paymentMethod,
    address,
    memberCouponId: null,
    cartId: null,
    flashSaleId: sale.id,
  };
  return draftOf(orderOf(placer, price, now, null), price, terms);
}
