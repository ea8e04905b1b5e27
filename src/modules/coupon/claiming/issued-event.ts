import type { RecordedEvent } from '../../../platform/events/define-event.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { couponsIssued } from '../coupon.events.ts';

/**
 * The event that tells who has a coupon now: one for many, as a crowd claims it.
 * @param issues with expiries as events write moments: a crowd's have one in common
 */
export function issuedEvent(
  couponId: Id,
  issues: readonly { id: Id; memberId: Id; expiresAt: string }[],
): RecordedEvent {
  return couponsIssued.of(couponId, 1, {
    couponId,
    issues: issues.map(({ id, memberId, expiresAt }) => ({
      memberCouponId: id,
      memberId,
      expiresAt,
    })),
  });
}
