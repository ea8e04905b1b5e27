import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import { page, type PageRequest } from '../../../platform/http/page.ts';
import { adminCouponView, couponView } from './coupon-view.ts';
import { listAllCoupons, listOpenCoupons } from './coupons.store.ts';

export type ListCoupons = ReturnType<typeof createListCoupons>;

/** Lists of coupons, newest first. */
export function createListCoupons({ database, clock }: { database: Database; clock: Clock }) {
  return {
    /** What can be claimed now, for shoppers. */
    open: (request: PageRequest) =>
      page(request, async (limit, beforeId) => {
        const rows = await listOpenCoupons(database, { now: clock.now(), limit, beforeId });
        return rows.map(({ coupon, counters }) => ({
          ...couponView(coupon, counters),
          remainingQuantity: counters.quantity - counters.issued,
        }));
      }),

    /** Every coupon, for admins. */
    all: (request: PageRequest) =>
      page(request, async (limit, beforeId) => {
        const rows = await listAllCoupons(database, { limit, beforeId });
        return rows.map(({ coupon, counters }) => adminCouponView(coupon, counters));
      }),
  };
}
