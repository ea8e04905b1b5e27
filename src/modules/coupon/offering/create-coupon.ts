import { recordAudit } from '../../../platform/audit/record-audit.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { isDuplicateKey } from '../../../platform/database/sql-error.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { invalidInput } from '../../../platform/errors/validation-error.ts';
import { recordEvents } from '../../../platform/events/record-events.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import { newId, type Id } from '../../../platform/ids/id.ts';
import { couponCodeTaken } from '../coupon.errors.ts';
import { normalCode } from '../coupon.rules.ts';
import { changedEvent } from './changed-event.ts';
import { insertCoupon } from './coupons.store.ts';
import { faultsIn, type Offer } from './offer.rules.ts';

/** @param adminId who creates it, for the audit log; null when the shop itself does, as its seed */
export type CreateCoupon = (adminId: Id | null, offer: Offer) => Promise<Id>;

/**
 * Creates a coupon and tells what it is worth. Throws `validation_failed` for what does not go
 * together, `coupon_code_taken`.
 */
export function createCreateCoupon(parts: {
  inTransaction: InTransaction;
  clock: Clock;
}): CreateCoupon {
  return async function createCoupon(adminId, offer) {
    const faults = faultsIn(offer, parts.clock.now());
    if (faults.length > 0) throw invalidInput(faults);
    const coupon = rowOf(offer);
    const { quantity } = offer;

    const store = async (tx: Transaction) => {
      await withFreeCode(insertCoupon(tx, coupon, quantity));
      if (adminId !== null) {
        const { id: subjectId, kind, discountAmount, percent } = coupon;
        const detail = { kind, quantity, discountAmount, percent };
        await recordAudit(tx, { adminId, action: 'coupon.create', subjectId, detail });
      }
      recordEvents(tx, changedEvent(coupon));
    };
    await parts.inTransaction(store, { makes: coupon.id });
    return coupon.id;
  };
}

function rowOf(offer: Offer) {
  const { scope = { kind: 'all' } } = offer;
  return {
    id: newId(),
    name: offer.name,
    kind: offer.kind,
    discountAmount: offer.amount ?? 0,
    percent: offer.percent ?? 0,
    maxDiscountAmount: offer.maxDiscountAmount ?? null,
    minOrderAmount: offer.minOrderAmount,
    scope: scope.kind,
    scopeIds: scope.kind === 'all' ? null : JSON.stringify(scope.ids),
    opensAt: offer.opensAt,
    closesAt: offer.closesAt,
    validDays: offer.validDays ?? null,
    validUntil: offer.validUntil ?? null,
    code: offer.code === undefined ? null : normalCode(offer.code),
    version: 1,
  };
}

/** The unique key decides: a look before would let two coupons at once have the same code. */
async function withFreeCode(insert: Promise<void>): Promise<void> {
  try {
    await insert;
  } catch (error) {
    throw isDuplicateKey(error, 'coupon_coupons_code') ? couponCodeTaken() : error;
  }
}
