import type { Clock } from '../../../platform/clock/clock.ts';
import { groupBy } from '../../../platform/collections/group-by.ts';
import type { Database } from '../../../platform/database/database.ts';
import { recordEvents } from '../../../platform/events/record-events.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { Chore } from '../../../platform/jobs/chores.ts';
import { evenly } from '../../../platform/jobs/evenly.ts';
import { couponsExpiring } from '../coupon.events.ts';
import { findUnreminded, lockOpenCoupons, markReminded, type OpenCoupon } from './expiry.store.ts';

/** Few, so that no transaction locks many coupons for long. */
const COUPONS_AT_ONCE = 500;
const DAY_MS = 86_400_000;
const REMINDED_BEFORE_MS = 3 * DAY_MS;

/**
 * Tells, once for each coupon, that it expires within three days. Who got it less than a day ago is
 * not reminded yet: the issue was news enough. Every instance may run it at once; the mark and the
 * event commit together.
 */
export function createRemindOfExpiry(parts: {
  database: Database;
  inTransaction: InTransaction;
  clock: Clock;
}): Chore['run'] {
  const { database, inTransaction, clock } = parts;

  return async function remindOfExpiry(signal) {
    const nowMs = clock.nowMs();
    const times = {
      after: new Date(nowMs),
      until: new Date(nowMs + REMINDED_BEFORE_MS),
      issuedUntil: new Date(nowMs - DAY_MS),
    };
    const remindSome = async () => {
      const ids = await findUnreminded(database, times, COUPONS_AT_ONCE);
      return ids.length === 0 ? 0 : remind(ids);
    };
    // Any that could be reminded of: with fewer, others had them in hand.
    await evenly(remindSome, 1, signal);
  };

  function remind(ids: readonly Id[]): Promise<number> {
    return inTransaction(async (tx) => {
      const open = await lockOpenCoupons(tx, ids, { unremindedOnly: true });
      if (open.length === 0) return 0;
      await markReminded(
        tx,
        open.map(({ id }) => id),
      );
      recordEvents(tx, ...reminders(open));
      return open.length;
    });
  }
}

/** One event for all members whose coupon expires at the same moment. */
function reminders(open: readonly OpenCoupon[]) {
  const together = groupBy(open, (coupon) => `${coupon.couponId} ${coupon.expiresAt.getTime()}`);
  return [...together.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { couponId, expiresAt } = first;
    const memberIds = group.map(({ memberId }) => memberId);
    const payload = { couponId, memberIds, expiresAt: expiresAt.toISOString() };
    return [couponsExpiring.of(couponId, 1, payload)];
  });
}
