import type { Id } from '../../platform/ids/id.ts';
import type { CouponTerms } from './coupon.events.ts';
import type { CouponScope } from './coupon.rules.ts';

/** A coupon's terms as its row keeps them. */
export type TermsRow = Omit<CouponTerms, 'scope'> & { scope: CouponScope; scopeIds: string | null };

/** A coupon's terms as the contract tells them. */
export function termsOf(row: TermsRow): CouponTerms {
  return {
    kind: row.kind,
    discountAmount: row.discountAmount,
    percent: row.percent,
    maxDiscountAmount: row.maxDiscountAmount,
    minOrderAmount: row.minOrderAmount,
    scope: scopeOf(row),
  };
}

/** What a coupon covers; `ids` of types or products. */
export function scopeOf({ scope, scopeIds }: Pick<TermsRow, 'scope' | 'scopeIds'>) {
  return { kind: scope, ids: scopeIds === null ? [] : (JSON.parse(scopeIds) as Id[]) };
}
