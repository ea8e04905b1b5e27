import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import { newId, type Id } from '../../../platform/ids/id.ts';
import type { Chore } from '../../../platform/jobs/chores.ts';
import { evenly } from '../../../platform/jobs/evenly.ts';
import { lockWallets } from '../wallet/wallet.store.ts';
import { insertPointEntries } from './point-entries.store.ts';
import { findExpiredLots, readLots, updateLots } from './point-lots.store.ts';

/** Few, so that no transaction locks many wallets for long. */
const LOTS_AT_ONCE = 500;

/**
 * Expired points count as nothing from their expiry on, whether booked or not. Booking them a little
 * later leaves them to orders that were placed in time and are handled a moment after.
 */
const BOOKED_AFTER_MS = 600_000;

/**
 * Books what is left of expired lots as expired. For a job: any number of instances may run it at
 * once, and beside orders; points that a late release brings back are booked by a later run.
 */
export function createExpirePoints(parts: {
  database: Database;
  inTransaction: InTransaction;
  clock: Clock;
}): Chore['run'] {
  const { database, inTransaction, clock } = parts;

  return async function expirePoints(signal) {
    const until = new Date(clock.nowMs() - BOOKED_AFTER_MS);
    const expire = async () => {
      const lots = await findExpiredLots(database, until, LOTS_AT_ONCE);
      const expired = lots.map((lot) => ({ ...lot, entryId: newId() }));
      if (expired.length > 0) await inTransaction((tx) => book(tx, expired));
      return expired.length;
    };
    await evenly(expire, LOTS_AT_ONCE, signal);
  };
}

async function book(
  tx: Transaction,
  expired: readonly { id: Id; memberId: Id; entryId: Id }[],
): Promise<void> {
  await lockWallets(tx, [...new Set(expired.map((lot) => lot.memberId))]);
  // Only now nobody else changes the lots: an order or another instance may have been faster.
  const locked = await readLots(tx, { memberIds: [], lotIds: expired.map((lot) => lot.id) });
  const left = expired.flatMap((lot) => {
    const amount = locked.get(lot.id)?.remainingAmount ?? 0;
    return amount > 0 ? [{ ...lot, amount }] : [];
  });
  if (left.length === 0) return;
  await updateLots(
    tx,
    left.map(({ id }) => ({ id, remainingAmount: 0 })),
  );
  await insertPointEntries(
    tx,
    left.map(({ entryId, memberId, amount }) => ({
      id: entryId,
      memberId,
      kind: 'expiry',
      amount: -amount,
      orderId: null,
      reason: null,
      expiresAt: null,
    })),
  );
}
