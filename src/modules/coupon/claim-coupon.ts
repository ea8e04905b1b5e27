import { impossible } from '../../platform/errors/impossible.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import { isDuplicateKey } from '../../platform/database/sql-error.ts';
import { notFound } from '../../platform/errors/problem.ts';
import { recordEvents } from '../../platform/events/record-events.ts';
import type { InTransaction } from '../../platform/events/transactions.ts';
import { newId, type Id } from '../../platform/ids/id.ts';
import {
  couponAlreadyClaimed,
  couponClosed,
  couponNotOpen,
  couponSoldOut,
} from './coupon.errors.ts';
import { couponIssued } from './coupon.events.ts';
import { expiryOf, windowOf } from './coupon.rules.ts';
import {
  findCoupon,
  hasCoupon,
  insertMemberCoupon,
  takeUnit,
  type CouponRow,
} from './coupon.store.ts';

export type Claimed = { memberCouponId: Id; couponId: Id; rank: number };

export type ClaimCoupon = (memberId: Id, couponId: Id) => Promise<Claimed>;

/**
 * Gives a member one unit of a coupon, if its window is open and units are left. The counter and the
 * member's coupon commit together. Throws `not_found`, `coupon_not_open` (with `opensAt`),
 * `coupon_closed`, `coupon_sold_out`, `coupon_already_claimed`.
 */
export function createClaimCoupon(parts: {
  database: Database;
  inTransaction: InTransaction;
  clock: Clock;
}): ClaimCoupon {
  const { database, inTransaction, clock } = parts;

  return async function claimCoupon(memberId, couponId) {
    const coupon = await findCoupon(database, couponId);
    if (!coupon) throw notFound('There is no such coupon');
    const nowMs = clock.nowMs();
    refuseOutsideWindow(coupon, nowMs);

    const memberCouponId = newId();
    const expiresAt = new Date(expiryOf(coupon.validDays, nowMs));
    const rank = await inTransaction(async (tx) => {
      const taken = await takeUnit(tx, couponId);
      if (taken === undefined) {
        throw (await hasCoupon(tx, memberId, couponId)) ? couponAlreadyClaimed() : couponSoldOut();
      }
      await once(
        insertMemberCoupon(tx, { id: memberCouponId, couponId, memberId, rank: taken, expiresAt }),
      );
      recordEvents(
        tx,
        couponIssued.of(memberCouponId, 1, {
          memberCouponId,
          couponId,
          memberId,
          expiresAt: expiresAt.toISOString(),
        }),
      );
      return taken;
    });
    return { memberCouponId, couponId, rank };
  };
}

function refuseOutsideWindow(coupon: CouponRow, nowMs: number): void {
  const window = windowOf(
    { opensAtMs: coupon.opensAt.getTime(), closesAtMs: coupon.closesAt.getTime() },
    nowMs,
  );
  switch (window) {
    case 'upcoming':
      throw couponNotOpen(undefined, { opensAt: coupon.opensAt.toISOString() });
    case 'closed':
      throw couponClosed();
    case 'open':
      return;
    default:
      return impossible(window);
  }
}

/** The unique key on member and coupon is what keeps a second claim out. */
async function once(insert: Promise<void>): Promise<void> {
  try {
    await insert;
  } catch (error) {
    throw isDuplicateKey(error) ? couponAlreadyClaimed() : error;
  }
}
