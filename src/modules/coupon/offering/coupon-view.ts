import { scopeOf, type TermsRow } from '../coupon-terms.ts';
import type { CounterRow, CouponRow } from './coupons.store.ts';

/** What a coupon does, as everybody sees it; null for what its kind does not have. */
export function benefitView(row: TermsRow & { name: string }) {
  return {
    name: row.name,
    kind: row.kind,
    amount: row.kind === 'fixed_amount' ? row.discountAmount : null,
    percent: row.kind === 'percentage' ? row.percent : null,
    maxDiscountAmount: row.maxDiscountAmount,
    minOrderAmount: row.minOrderAmount,
    scope: scopeOf(row),
  };
}

/** What shoppers and admins both see of a coupon. */
export function couponView(coupon: CouponRow, { quantity }: CounterRow) {
  return {
    id: coupon.id,
    ...benefitView(coupon),
    quantity,
    opensAt: coupon.opensAt.toISOString(),
    closesAt: coupon.closesAt.toISOString(),
    validDays: coupon.validDays,
    validUntil: coupon.validUntil?.toISOString() ?? null,
    needsCode: coupon.code !== null,
  };
}

/** The counters come from the database, live. */
export function adminCouponView(coupon: CouponRow, counters: CounterRow) {
  return {
    ...couponView(coupon, counters),
    state: counters.state,
    code: coupon.code,
    version: coupon.version,
    createdAt: coupon.createdAt.toISOString(),
    issuedCount: counters.issued,
    heldCount: counters.held,
    usedCount: counters.used,
    expiredCount: counters.expired,
  };
}
