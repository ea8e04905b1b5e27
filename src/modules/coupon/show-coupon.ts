import type { Database } from '../../platform/database/database.ts';
import { notFound } from '../../platform/errors/problem.ts';
import type { Id } from '../../platform/ids/id.ts';
import { findCouponWithCounters, type CouponRow, type CounterRow } from './coupon.store.ts';

export type ShowCoupon = ReturnType<typeof createShowCoupon>;

/** A coupon with its counters as they are in the database now. Throws `not_found`. */
export function createShowCoupon({ database }: { database: Database }) {
  return async function showCoupon(id: Id) {
    const found = await findCouponWithCounters(database, id);
    if (!found) throw notFound('There is no such coupon');
    const { coupon, counters } = found;
    return {
      ...couponView(coupon, counters),
      issuedCount: counters.issued,
      heldCount: counters.held,
      usedCount: counters.used,
      expiredCount: counters.expired,
    };
  };
}

/** What shoppers and admins both see of a coupon. */
export function couponView(coupon: CouponRow, counters: CounterRow) {
  return {
    id: coupon.id,
    name: coupon.name,
    kind: coupon.kind,
    amount: coupon.discountAmount,
    minOrderAmount: coupon.minOrderAmount,
    quantity: counters.quantity,
    opensAt: coupon.opensAt.toISOString(),
    closesAt: coupon.closesAt.toISOString(),
    validDays: coupon.validDays,
  };
}
