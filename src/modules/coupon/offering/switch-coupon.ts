import { recordAudit } from '../../../platform/audit/record-audit.ts';
import { followingChange } from '../../../platform/database/following-change.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { couponClosed, noSuchCoupon } from '../coupon.errors.ts';
import { lockCoupon, updateCounters, updateCoupon } from './coupons.store.ts';

export type CouponSwitch = 'pause' | 'resume' | 'close';

export type SwitchCoupon = (adminId: Id, couponId: Id, how: CouponSwitch) => Promise<void>;

const LEADS_TO = { pause: 'paused', resume: 'open', close: 'closed' } as const;

/**
 * Pauses, resumes or closes a coupon's claims, at once and on all instances. What members have stays
 * theirs. Doing it twice is the same as once; what is closed stays so. Throws `not_found`,
 * `coupon_closed`.
 * @param parts.refresh has the gate look at the coupon anew
 */
export function createSwitchCoupon(parts: {
  inTransaction: InTransaction;
  refresh: (couponId: Id) => Promise<void>;
}): SwitchCoupon {
  return async function switchCoupon(adminId, couponId, how) {
    const state = LEADS_TO[how];
    await parts.inTransaction(async (tx) => {
      const before = await lockCoupon(tx, couponId);
      if (!before) throw noSuchCoupon();
      const { coupon, counters } = before;
      if (counters.state === state) return;
      if (counters.state === 'closed') throw couponClosed('It is closed for good');

      await updateCoupon(tx, couponId, { version: coupon.version + 1 });
      await updateCounters(tx, couponId, { state });
      const action = `coupon.${how}`;
      await recordAudit(tx, { adminId, action, subjectId: couponId, detail: {} });
    });
    await followingChange(() => parts.refresh(couponId));
  };
}
