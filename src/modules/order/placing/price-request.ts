import { invalidInput } from '../../../platform/errors/validation-error.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { MAX_KRW, type Krw } from '../../../platform/money/krw.ts';
import { benefitOf, type CouponBenefit, type CoupledLine } from '../../coupon/coupon.events.ts';
import type { SkuFacts } from '../copies/copies.rules.ts';
import type { UsableCoupon } from '../copies/copies.store.ts';
import { MAX_QUANTITY } from '../order.rules.ts';
import {
  priceLines,
  priceOrder,
  type GrossLine,
  type Price,
  type ShippingTerms,
} from './pricing.rules.ts';

/** What a shopper wants to buy, and with what. */
export type PriceRequest = {
  memberId: Id;
  items: readonly { skuId: Id; quantity: number }[];
  memberCouponId?: Id | undefined;
  pointsAmount?: Krw | undefined;
};

/** Order's own copies of what others own, as far as a batch of requests needs them. */
export type KnownFacts = {
  skus: ReadonlyMap<Id, SkuFacts>;
  coupons: ReadonlyMap<Id, UsableCoupon>;
};

/** Order's copy does not have this yet; it may be on its way, or not exist at all. */
export class NotCopied extends Error {
  override readonly name = 'NotCopied';
}

/** What a request comes to. */
export type PricedRequest = { price: Price; coupon: AppliedCoupon | undefined };

/** What a request's coupon does, and for which lines. */
export type AppliedCoupon = {
  /** False when it plainly cannot be used. */
  isUsable: boolean;
  items: CoupledLine[];
  benefit: CouponBenefit;
};

/**
 * Prices a request; quotes and orders both come through here. Throws NotCopied, and
 * `validation_failed` for a SKU that is not on sale, for more units, money or points than an order
 * may have.
 */
export function priceRequest(
  request: PriceRequest,
  facts: KnownFacts,
  shipping: ShippingTerms,
  now: Date,
): PricedRequest {
  const wanted = mergeItems(request.items).map(({ skuId, quantity, path }) => {
    const sku = facts.skus.get(skuId);
    if (!sku) throw new NotCopied(path);
    if (!sku.onSale) throw invalidInput([{ path, message: 'is not on sale' }]);
    return { sku, quantity };
  });
  const coupon = couponOf(request, facts);
  const pointsAmount = request.pointsAmount ?? 0;
  const lines = priceLines(wanted);
  // Before anything is split: above it sums are not exact.
  if (lines.reduce((sum, line) => sum + line.lineAmount, 0) > MAX_KRW) {
    throw invalidInput([{ path: '/items', message: 'cost more than one order may' }]);
  }
  const items = lines.map(coupledLine);
  const benefit = coupon && benefitOf(items, coupon.terms);
  const price = priceOrder(lines, { benefit, pointsAmount }, shipping);
  if (pointsAmount > price.itemsAmount - price.couponAmount) {
    throw invalidInput([
      { path: '/pointsAmount', message: 'is more than the items cost after the coupon' },
    ]);
  }
  return {
    price,
    coupon:
      coupon && benefit
        ? { isUsable: mayUse(coupon, request.memberId, benefit, now), items, benefit }
        : undefined,
  };
}

function coupledLine({ sku: { productId, typeId }, lineAmount }: GrossLine): CoupledLine {
  return { productId, typeId, lineAmount };
}

/** One line a SKU, in the order in which the SKUs were first named. */
function mergeItems(items: PriceRequest['items']) {
  const merged = new Map<Id, { skuId: Id; quantity: number; path: string }>();
  for (const [index, { skuId, quantity }] of items.entries()) {
    const line = merged.get(skuId);
    if (line) line.quantity += quantity;
    else merged.set(skuId, { skuId, quantity, path: `/items/${index}/skuId` });
    if (line && line.quantity > MAX_QUANTITY) {
      const message = `makes it more than ${MAX_QUANTITY} units of one SKU`;
      throw invalidInput([{ path: `/items/${index}/quantity`, message }]);
    }
  }
  return [...merged.values()];
}

function couponOf({ memberCouponId }: PriceRequest, facts: KnownFacts): UsableCoupon | undefined {
  if (memberCouponId === undefined) return undefined;
  const coupon = facts.coupons.get(memberCouponId);
  if (!coupon) throw new NotCopied('/memberCouponId');
  return coupon;
}

/** What can be told from the copy alone; coupon itself decides about the rest. */
function mayUse(coupon: UsableCoupon, memberId: Id, benefit: CouponBenefit, now: Date): boolean {
  const isUseful = benefit.discountAmount > 0 || benefit.freesShipping;
  return coupon.memberId === memberId && isUseful && now < coupon.expiresAt;
}
