import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import { page, type PageRequest } from '../../../platform/http/page.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { shownState } from '../coupon.rules.ts';
import { benefitView } from '../offering/coupon-view.ts';
import { listMemberCoupons } from './member-coupons.store.ts';

export type ListMyCoupons = ReturnType<typeof createListMyCoupons>;

/** What a member has, newest first. */
export function createListMyCoupons({ database, clock }: { database: Database; clock: Clock }) {
  return (memberId: Id, request: PageRequest) =>
    page(request, async (limit, beforeId) => {
      const rows = await listMemberCoupons(database, { memberId, limit, beforeId });
      const nowMs = clock.nowMs();
      return rows.map(({ memberCoupon: { id, couponId, state, expiresAt }, coupon }) => ({
        id,
        couponId,
        ...benefitView(coupon),
        state: shownState({ state, expiresAtMs: expiresAt.getTime() }, nowMs),
        expiresAt: expiresAt.toISOString(),
      }));
    });
}
