import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import { page, type PageRequest } from '../../platform/http/page.ts';
import type { Id } from '../../platform/ids/id.ts';
import { listMemberCoupons, listOpenCoupons } from './coupon.store.ts';
import { couponView } from './show-coupon.ts';

export type ListCoupons = ReturnType<typeof createListCoupons>;

/** The lists that shoppers see: what can be claimed now, and what they have. */
export function createListCoupons({ database, clock }: { database: Database; clock: Clock }) {
  return {
    open: (request: PageRequest) =>
      page(request, async (limit, beforeId) => {
        const rows = await listOpenCoupons(database, { now: clock.now(), limit, beforeId });
        return rows.map(({ coupon, counters }) => ({
          ...couponView(coupon, counters),
          remainingQuantity: counters.quantity - counters.issued,
        }));
      }),

    ofMember: (memberId: Id, request: PageRequest) =>
      page(request, async (limit, beforeId) => {
        const rows = await listMemberCoupons(database, { memberId, limit, beforeId });
        return rows.map(({ discountAmount, expiresAt, ...row }) => ({
          ...row,
          amount: discountAmount,
          expiresAt: expiresAt.toISOString(),
        }));
      }),
  };
}
