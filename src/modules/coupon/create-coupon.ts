import { recordAudit } from '../../platform/audit/record-audit.ts';
import { recordEvents } from '../../platform/events/record-events.ts';
import type { InTransaction } from '../../platform/events/transactions.ts';
import { invalidInput } from '../../platform/errors/validation-error.ts';
import { newId, type Id } from '../../platform/ids/id.ts';
import { couponChanged } from './coupon.events.ts';
import type { CouponKind } from './coupon.rules.ts';
import { insertCoupon } from './coupon.store.ts';

export type NewCoupon = {
  name: string;
  kind: CouponKind;
  discountAmount: number;
  minOrderAmount: number;
  quantity: number;
  opensAt: Date;
  closesAt: Date;
  validDays: number;
};

/** @param adminId who creates it, for the audit log; null when the shop itself does, as its seed */
export type CreateCoupon = (adminId: Id | null, coupon: NewCoupon) => Promise<Id>;

/** Creates a coupon and tells what it is worth. Throws `validation_failed` for a reversed window. */
export function createCreateCoupon({
  inTransaction,
}: {
  inTransaction: InTransaction;
}): CreateCoupon {
  return async function createCoupon(adminId, coupon) {
    if (coupon.closesAt <= coupon.opensAt) {
      throw invalidInput([{ path: '/closesAt', message: 'must be after opensAt' }]);
    }
    const id = newId();
    const { quantity, ...facts } = coupon;
    await inTransaction(async (tx) => {
      await insertCoupon(tx, { id, ...facts }, quantity);
      if (adminId !== null) {
        await recordAudit(tx, {
          adminId,
          action: 'coupon.create',
          subjectId: id,
          detail: { quantity, discountAmount: facts.discountAmount },
        });
      }
      recordEvents(tx, couponChanged.of(id, 1, changedPayload({ id, ...facts })));
    });
    return id;
  };
}

/** The event's payload for a coupon as it is now. */
export function changedPayload(
  coupon: { id: Id } & Pick<NewCoupon, 'name' | 'kind' | 'discountAmount' | 'minOrderAmount'>,
) {
  return {
    couponId: coupon.id,
    name: coupon.name,
    kind: coupon.kind,
    discountAmount: coupon.discountAmount,
    minOrderAmount: coupon.minOrderAmount,
  };
}
