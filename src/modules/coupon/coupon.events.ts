import { Type, type Static } from 'typebox';
import { defineEvent, field } from '../../platform/events/define-event.ts';

const terms = {
  kind: Type.Enum(['fixed_amount']),
  discountAmount: field.krw(),
  minOrderAmount: field.krw(),
};
const Terms = Type.Object(terms);

/** What a coupon is worth, and on what condition. */
export type CouponTerms = Static<typeof Terms>;

/**
 * What a coupon takes off items of this amount, in KRW; 0 when it does not apply to them. Part of the
 * contract: whoever prices an order must come to the same result as coupon, which checks it.
 */
export function discountOn(itemsAmount: number, coupon: CouponTerms): number {
  if (itemsAmount < coupon.minOrderAmount) return 0;
  switch (coupon.kind) {
    case 'fixed_amount':
      return Math.min(coupon.discountAmount, itemsAmount);
    default:
      throw new TypeError(`unknown: ${String(coupon.kind satisfies never)}`);
  }
}

/** A coupon's facts as they are now: enough to compute a discount. */
export const couponChanged = defineEvent(
  'coupon.coupon-changed',
  Type.Object({ couponId: field.id(), name: field.text(100), ...terms }),
);

/** A member has a coupon now. */
export const couponIssued = defineEvent(
  'coupon.issued',
  Type.Object({
    memberCouponId: field.id(),
    couponId: field.id(),
    memberId: field.id(),
    expiresAt: field.moment(),
  }),
);

/** The member's coupon is set aside for an order. The aggregate is the order's hold. */
export const couponHeld = defineEvent('coupon.held', Type.Object({ orderId: field.id() }));

/** The coupon cannot be used in this order. */
export const couponRefused = defineEvent('coupon.refused', Type.Object({ orderId: field.id() }));
