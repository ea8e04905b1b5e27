import type { Database } from '../../../platform/database/database.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { noSuchCoupon } from '../coupon.errors.ts';
import { adminCouponView } from './coupon-view.ts';
import { findCoupon } from './coupons.store.ts';

export type ShowCoupon = ReturnType<typeof createShowCoupon>;

/** A coupon with its counters as they are in the database now. Throws `not_found`. */
export function createShowCoupon({ database }: { database: Database }) {
  return async function showCoupon(id: Id) {
    const found = await findCoupon(database, id);
    if (!found) throw noSuchCoupon();
    return adminCouponView(found.coupon, found.counters);
  };
}
