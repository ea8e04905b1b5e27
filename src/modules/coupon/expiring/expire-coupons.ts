import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { countChange, type CounterMove } from '../coupon.rules.ts';
import { moveCounters, updateMemberCoupons } from '../coupon-states.store.ts';
import { findExpired, lockOpenCoupons } from './expiry.store.ts';

const COUPONS_AT_ONCE = 1000;

/**
 * Books the coupons that have expired and that no order has: they are `expired`, and counted so.
 * Held ones stay held; given back after their expiry they are found by a later round. Every instance
 * may run it at once, and beside orders.
 */
export function createExpireCoupons(parts: {
  database: Database;
  inTransaction: InTransaction;
  clock: Clock;
}): () => Promise<void> {
  const { database, inTransaction, clock } = parts;

  return async function expireCoupons() {
    let booked: number;
    do {
      // Part by part, so that no transaction locks many coupons for long.
      const ids = await findExpired(database, clock.now(), COUPONS_AT_ONCE);
      booked = ids.length === 0 ? 0 : await book(ids);
      // None booked means that others have them all: going on would only spin.
    } while (booked > 0);
  };

  function book(ids: readonly Id[]): Promise<number> {
    return inTransaction(async (tx) => {
      const expired = await lockOpenCoupons(tx, ids, { unremindedOnly: false });
      if (expired.length === 0) return 0;
      const moves = new Map<Id, CounterMove>();
      for (const { couponId } of expired) countChange(moves, couponId, 'issued', 'expired');
      await updateMemberCoupons(
        tx,
        expired.map(({ id }) => ({ id, state: 'expired' as const })),
      );
      await moveCounters(tx, moves);
      return expired.length;
    });
  }
}
