import type { Problem } from '../../../platform/errors/problem.ts';
import { invalidInput } from '../../../platform/errors/validation-error.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { MAX_KRW, type Krw } from '../../../platform/money/krw.ts';
import { benefitOf, type CouponBenefit, type CoupledLine } from '../../coupon/coupon.events.ts';
import type { SkuFacts } from '../copies/copies.rules.ts';
import type { UsableCoupon } from '../copies/copies.store.ts';
import { unbuyable } from '../order.errors.ts';
import { MAX_QUANTITY, type CouponRefusal } from '../order.rules.ts';
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
  /** The cart that the items come from; null when the request names them itself. */
  cartId: Id | null;
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
  readonly problem: Problem;

  /** @param problem what a client is told when it stays away */
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** What a request comes to. */
export type PricedRequest = { price: Price; coupon: AppliedCoupon | undefined };

/** What a request's coupon does, and for which lines. */
export type AppliedCoupon = {
  memberCouponId: Id;
  /** Why it plainly cannot be used; null when it can, as far as order knows. */
  refusal: CouponRefusal | null;
  items: CoupledLine[];
  /** The shipping fee that the order would cost without it. */
  freedShippingAmount: Krw;
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
  const wanted = findSkus(request, facts);
  const coupon = couponOf(request, facts);
  const pointsAmount = request.pointsAmount ?? 0;
  const lines = priceLines(wanted);
  // Before anything is split: above it sums are not exact.
  if (lines.reduce((sum, line) => sum + line.lineAmount, 0) > MAX_KRW) {
    const path = request.cartId === null ? '/items' : '';
    throw invalidInput([{ path, message: 'the items cost more than one order may' }]);
  }
  const items = lines.map(coupledLine);
  const benefit = coupon && benefitOf(items, coupon.terms);
  const price = priceOrder(lines, { benefit, pointsAmount }, shipping);
  if (pointsAmount > price.itemsAmount - price.couponAmount) {
    throw invalidInput([
      { path: '/pointsAmount', message: 'is more than the items cost after the coupon' },
    ]);
  }
  const { freedShippingAmount } = price;
  return {
    price,
    coupon:
      coupon && benefit
        ? {
            memberCouponId: coupon.memberCouponId,
            refusal: meetsTerms(coupon, request.memberId, benefit, now)
              ? refusalOf(price)
              : 'coupon_rejected',
            items,
            freedShippingAmount,
          }
        : undefined,
  };
}

/** The SKUs that are wanted. Throws NotCopied, or `validation_failed` with all that are not on sale. */
function findSkus({ items, cartId }: PriceRequest, facts: KnownFacts) {
  const merged = mergeItems(items);
  const placeOf = ({ skuId, index }: (typeof merged)[number]) => ({
    skuId,
    path: cartId === null ? `/items/${index}/skuId` : '',
  });
  const unknown = merged.filter(({ skuId }) => !facts.skus.has(skuId));
  if (unknown.length > 0) {
    throw new NotCopied(unbuyable(unknown.map(placeOf), 'does not exist'));
  }
  const offSale = merged.filter(({ skuId }) => facts.skus.get(skuId)?.onSale === false);
  if (offSale.length > 0) throw unbuyable(offSale.map(placeOf), 'is not on sale');
  return merged.flatMap(({ skuId, quantity }) => {
    const sku = facts.skus.get(skuId);
    return sku ? [{ sku, quantity }] : [];
  });
}

function coupledLine({ sku: { productId, typeId }, lineAmount }: GrossLine): CoupledLine {
  return { productId, typeId, lineAmount };
}

/** One line a SKU, in the order in which the SKUs were first named. */
function mergeItems(items: PriceRequest['items']) {
  const merged = new Map<Id, { skuId: Id; quantity: number; index: number }>();
  for (const [index, { skuId, quantity }] of items.entries()) {
    const line = merged.get(skuId);
    if (line) line.quantity += quantity;
    else merged.set(skuId, { skuId, quantity, index });
    if (line && line.quantity > MAX_QUANTITY) {
      const message = `makes it more than ${MAX_QUANTITY} units of one SKU`;
      throw invalidInput([{ path: `/items/${index}/quantity`, message }]);
    }
  }
  return [...merged.values()];
}

function couponOf({ memberCouponId }: PriceRequest, facts: KnownFacts) {
  if (memberCouponId === undefined) return undefined;
  const coupon = facts.coupons.get(memberCouponId);
  if (!coupon) {
    throw new NotCopied(invalidInput([{ path: '/memberCouponId', message: 'does not exist' }]));
  }
  return { memberCouponId, ...coupon };
}

/** What can be told from the copy alone; coupon itself decides about the rest. */
function meetsTerms(
  coupon: UsableCoupon,
  memberId: Id,
  { covered }: CouponBenefit,
  now: Date,
): boolean {
  return coupon.memberId === memberId && covered.includes(true) && now < coupon.expiresAt;
}

/** A coupon is not spent for nothing: on what ships free anyway, or what a percent of is no won. */
function refusalOf({ couponAmount, freedShippingAmount }: Price): CouponRefusal | null {
  return couponAmount === 0 && freedShippingAmount === 0 ? 'coupon_without_benefit' : null;
}
