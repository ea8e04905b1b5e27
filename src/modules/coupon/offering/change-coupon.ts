import { recordAudit } from '../../../platform/audit/record-audit.ts';
import { followingChange } from '../../../platform/database/following-change.ts';
import { invalidInput } from '../../../platform/errors/validation-error.ts';
import { recordEvents } from '../../../platform/events/record-events.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { noSuchCoupon } from '../coupon.errors.ts';
import { changedEvent } from './changed-event.ts';
import { lockCoupon, updateCounters, updateCoupon } from './coupons.store.ts';
import { faultsInChange, type OfferChanges } from './offer.rules.ts';

export type ChangeCoupon = (adminId: Id, couponId: Id, changes: OfferChanges) => Promise<void>;

/**
 * Changes what may change of a coupon: its name, its end, and its quantity, upwards. Claims go by it
 * at once, on all instances. Throws `not_found`, `validation_failed`.
 * @param parts.refresh has the gate look at the coupon anew
 */
export function createChangeCoupon(parts: {
  inTransaction: InTransaction;
  refresh: (couponId: Id) => Promise<void>;
}): ChangeCoupon {
  return async function changeCoupon(adminId, couponId, changes) {
    const { quantity, ...facts } = changes;
    await parts.inTransaction(async (tx) => {
      const before = await lockCoupon(tx, couponId);
      if (!before) throw noSuchCoupon();
      const { coupon, counters } = before;
      const faults = faultsInChange({ ...coupon, quantity: counters.quantity }, changes);
      if (faults.length > 0) throw invalidInput(faults);

      const version = coupon.version + 1;
      await updateCoupon(tx, couponId, { ...facts, version });
      if (quantity !== undefined) await updateCounters(tx, couponId, { quantity });
      await recordAudit(tx, {
        adminId,
        action: 'coupon.change',
        subjectId: couponId,
        detail: { ...changes },
      });
      recordEvents(tx, changedEvent({ ...coupon, name: facts.name ?? coupon.name, version }));
    });
    await followingChange(() => parts.refresh(couponId));
  };
}
