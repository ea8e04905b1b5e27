import type { RecordedEvent } from '../../../platform/events/define-event.ts';
import { couponChanged } from '../coupon.events.ts';
import { termsOf } from '../coupon-terms.ts';
import type { CouponRow } from './coupons.store.ts';

/** The event that tells a coupon's facts as they are now. */
export function changedEvent(
  coupon: Omit<
    CouponRow,
    'createdAt' | 'opensAt' | 'closesAt' | 'validDays' | 'validUntil' | 'code'
  >,
): RecordedEvent {
  const { id: couponId, name, version } = coupon;
  return couponChanged.of(couponId, version, { couponId, name, ...termsOf(coupon) });
}
