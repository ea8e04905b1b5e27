import { Type, type Static } from 'typebox';
import { defineEvent, field } from '../../platform/events/define-event.ts';

const terms = {
  kind: Type.Enum(['fixed_amount', 'percentage', 'free_shipping']),
  /** What a fixed_amount takes off; 0 with the other kinds. */
  discountAmount: field.krw(),
  /** What a percentage takes off; 0 with the other kinds. */
  percent: field.percent(),
  /** A percentage takes off no more than this; null for no limit. */
  maxDiscountAmount: Type.Union([field.krw(), Type.Null()]),
  /** The items that it covers must cost at least this much. */
  minOrderAmount: field.krw(),
  /** Which items it covers; `ids` of types or products, none with `all`. */
  scope: Type.Object({
    kind: Type.Enum(['all', 'types', 'products']),
    ids: Type.Array(field.id()),
  }),
};
const Terms = Type.Object(terms);

/** What a coupon is worth, and on what condition. */
export type CouponTerms = Static<typeof Terms>;

/** A line of an order, as far as a coupon cares; the type is null where it is not known. */
export type CoupledLine = { productId: string; typeId: string | null; lineAmount: number };

/** What a coupon does for an order's lines; `covered` tells for each whether it applies to it. */
export type CouponBenefit = {
  discountAmount: number;
  freesShipping: boolean;
  covered: boolean[];
};

/**
 * What a coupon takes off lines, in KRW, rounded down to a won. Part of the contract: whoever prices
 * an order must come to the same result as coupon, which checks it.
 */
export function benefitOf(lines: readonly CoupledLine[], coupon: CouponTerms): CouponBenefit {
  const covered = lines.map((line) => covers(coupon.scope, line));
  const amount = lines.reduce((sum, line, at) => sum + (covered[at] ? line.lineAmount : 0), 0);
  if (amount < coupon.minOrderAmount || !covered.includes(true)) {
    return { discountAmount: 0, freesShipping: false, covered: lines.map(() => false) };
  }
  return {
    discountAmount: Math.min(discountOn(amount, coupon), amount),
    freesShipping: coupon.kind === 'free_shipping',
    covered,
  };
}

function covers(scope: CouponTerms['scope'], line: CoupledLine): boolean {
  switch (scope.kind) {
    case 'all':
      return true;
    case 'types':
      return line.typeId !== null && scope.ids.includes(line.typeId);
    case 'products':
      return scope.ids.includes(line.productId);
    default:
      throw new TypeError(`unknown: ${String(scope.kind satisfies never)}`);
  }
}

function discountOn(amount: number, coupon: CouponTerms): number {
  switch (coupon.kind) {
    case 'fixed_amount':
      return coupon.discountAmount;
    case 'percentage':
      // Amounts stay below 2^53 / 100, so the product is exact.
      return Math.min(
        Math.floor((amount * coupon.percent) / 100),
        coupon.maxDiscountAmount ?? amount,
      );
    case 'free_shipping':
      return 0;
    default:
      throw new TypeError(`unknown: ${String(coupon.kind satisfies never)}`);
  }
}

/** A coupon's facts as they are now: enough to compute a discount. */
export const couponChanged = defineEvent(
  'coupon.coupon-changed',
  Type.Object({ couponId: field.id(), name: field.text(100), ...terms }),
  [
    (payload: object) => ({
      ...payload,
      percent: 0,
      maxDiscountAmount: null,
      scope: { kind: 'all', ids: [] },
    }),
  ],
);

/** Members have a coupon now; in bulk, as a crowd claims it. */
export const couponsIssued = defineEvent(
  'coupon.issued',
  Type.Object({
    couponId: field.id(),
    issues: Type.Array(
      Type.Object({
        memberCouponId: field.id(),
        memberId: field.id(),
        expiresAt: field.moment(),
      }),
    ),
  }),
  [({ couponId, ...issue }: { couponId: string }) => ({ couponId, issues: [issue] })],
);

/** Members' coupons will expire soon: a reminder may go out. */
export const couponsExpiring = defineEvent(
  'coupon.expiring',
  Type.Object({
    couponId: field.id(),
    memberIds: Type.Array(field.id()),
    expiresAt: field.moment(),
  }),
);

/** The member's coupon is set aside for an order. The aggregate is the order's hold. */
export const couponHeld = defineEvent('coupon.held', Type.Object({ orderId: field.id() }));

/** The coupon cannot be used in this order. */
export const couponRefused = defineEvent('coupon.refused', Type.Object({ orderId: field.id() }));
