import type { Database } from '../../../platform/database/database.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import { noSuchMember } from '../user.errors.ts';
import { entryView, type WalletEntryView } from './list-wallet-entries.ts';
import { createMakeGrant, type Grant, type MakeGrant } from './make-grant.ts';
import { refuseAboveMaximum } from './refuse-above-maximum.ts';
import { totalOf } from './wallet.rules.ts';
import { addFreeMoney, findEntry, insertEntries, lockWallets } from './wallet.store.ts';

export type GrantWallet = MakeGrant<Grant, WalletEntryView>;

/** Gives a member free money. Throws `not_found`, `balance_too_high`, `idempotency_key_reused`. */
export function createGrantWallet(parts: {
  database: Database;
  inTransaction: InTransaction;
}): GrantWallet {
  return createMakeGrant(parts, {
    action: 'user.grant-wallet',
    find: findEntry,
    view: entryView,
    async give(tx, entryId, { memberId, amount, reason }: Grant) {
      const wallet = (await lockWallets(tx, [memberId])).get(memberId);
      if (!wallet) throw noSuchMember();
      refuseAboveMaximum(totalOf(wallet), amount);
      await addFreeMoney(tx, memberId, amount);
      const funds = { paidAmount: 0, freeAmount: amount };
      await insertEntries(tx, [
        { id: entryId, memberId, kind: 'grant', ...funds, orderId: null, reason },
      ]);
    },
  });
}
