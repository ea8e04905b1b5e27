import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import { noSuchMember } from '../user.errors.ts';
import { createMakeGrant, type Grant, type MakeGrant } from '../wallet/make-grant.ts';
import { refuseAboveMaximum } from '../wallet/refuse-above-maximum.ts';
import { lockWallets } from '../wallet/wallet.store.ts';
import { pointEntryView, type PointEntryView } from './list-point-entries.ts';
import { findPointEntry, insertPointEntries } from './point-entries.store.ts';
import { insertLot, sumPoints } from './point-lots.store.ts';
import { daysLater } from './points.rules.ts';

/** Points that can be spent for `validDays` days from now on. */
export type PointsGrant = Grant & { validDays: number };

export type GrantPoints = MakeGrant<PointsGrant, PointEntryView>;

/**
 * Gives a member points, as a lot with an expiry. Throws `not_found`, `balance_too_high`,
 * `idempotency_key_reused`.
 */
export function createGrantPoints(parts: {
  database: Database;
  inTransaction: InTransaction;
  clock: Clock;
}): GrantPoints {
  const { clock } = parts;

  return createMakeGrant(parts, {
    action: 'user.grant-points',
    find: findPointEntry,
    view: pointEntryView,
    async give(tx, entryId, { memberId, amount, reason, validDays }: PointsGrant) {
      const expiresAt = new Date(daysLater(clock.nowMs(), validDays));
      const wallets = await lockWallets(tx, [memberId]);
      if (!wallets.has(memberId)) throw noSuchMember();
      const points = await sumPoints(tx, { memberId, now: clock.now(), soon: clock.now() });
      refuseAboveMaximum(points?.balanceAmount ?? 0, amount);
      // The lot carries the id of the entry that tells of it.
      await insertLot(tx, { id: entryId, memberId, amount, expiresAt });
      await insertPointEntries(tx, [
        { id: entryId, memberId, kind: 'grant', amount, orderId: null, reason, expiresAt },
      ]);
    },
  });
}
