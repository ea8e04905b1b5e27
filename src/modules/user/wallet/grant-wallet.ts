import type { Database } from '../../../platform/database/database.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import { noSuchMember } from '../user.errors.ts';
import { entryView, type WalletEntryView } from './list-wallet-entries.ts';
import { createMakeGrant, type Grant, type MakeGrant } from './make-grant.ts';
import { addFreeMoney, findEntry, insertEntries } from './wallet.store.ts';

export type GrantWallet = MakeGrant<Grant, WalletEntryView>;

/** Gives a member free money. Throws `not_found`, `idempotency_key_reused`. */
export function createGrantWallet(parts: {
  database: Database;
  inTransaction: InTransaction;
}): GrantWallet {
  return createMakeGrant(parts, {
    action: 'user.grant-wallet',
    find: findEntry,
    view: entryView,
    async give(tx, entryId, { memberId, amount, reason }: Grant) {
      if (!(await addFreeMoney(tx, memberId, amount))) throw noSuchMember();
      const funds = { paidAmount: 0, freeAmount: amount };
      await insertEntries(tx, [
        { id: entryId, memberId, kind: 'grant', ...funds, orderId: null, reason },
      ]);
    },
  });
}
