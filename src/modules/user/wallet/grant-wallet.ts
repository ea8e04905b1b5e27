import { recordAudit } from '../../../platform/audit/record-audit.ts';
import type { Database } from '../../../platform/database/database.ts';
import { isDuplicateKey } from '../../../platform/database/sql-error.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import {
  idempotencyKeyReused,
  insertKeys,
  keyText,
  readUsedKeys,
  type IdempotencyKey,
} from '../../../platform/idempotency/idempotency-key.ts';
import { newId, type Id } from '../../../platform/ids/id.ts';
import type { Krw } from '../../../platform/money/krw.ts';
import { noSuchMember } from '../user.errors.ts';
import { entryView, type WalletEntryView } from './list-wallet-entries.ts';
import { addFreeMoney, findEntry, insertEntries } from './wallet.store.ts';

export type Grant = { memberId: Id; amount: Krw; reason: string };

export type GrantWallet = (
  adminId: Id,
  grant: Grant,
  key: IdempotencyKey | undefined,
) => Promise<{ entry: WalletEntryView; replayed: boolean }>;

/**
 * Gives a member free money, and notes who did it. With a key, the same grant is made once, however
 * often it is sent. Throws `not_found`, `idempotency_key_reused`.
 */
export function createGrantWallet(parts: {
  database: Database;
  inTransaction: InTransaction;
}): GrantWallet {
  const { database, inTransaction } = parts;

  return async function grantWallet(adminId, grant, key) {
    const earlierId = key && (await madeBefore(database, key));
    if (earlierId !== undefined) return { entry: await show(earlierId), replayed: true };

    const entryId = newId();
    try {
      await make(entryId, adminId, grant, key);
    } catch (error) {
      if (!key || !isDuplicateKey(error)) throw error;
      // The same request came twice at once, and the other one was first.
      const otherId = await madeBefore(database, key);
      if (otherId === undefined) throw error;
      return { entry: await show(otherId), replayed: true };
    }
    return { entry: await show(entryId), replayed: false };
  };

  async function make(
    entryId: Id,
    adminId: Id,
    { memberId, amount, reason }: Grant,
    key: IdempotencyKey | undefined,
  ): Promise<void> {
    const funds = { paidAmount: 0, freeAmount: amount };
    await inTransaction(async (tx) => {
      if (key) await insertKeys(tx, [{ key, resourceId: entryId }]);
      if (!(await addFreeMoney(tx, memberId, amount))) throw noSuchMember();
      await insertEntries(tx, [
        { id: entryId, memberId, kind: 'grant', ...funds, orderId: null, reason },
      ]);
      await recordAudit(tx, {
        adminId,
        action: 'user.grant-wallet',
        subjectId: memberId,
        detail: { entryId, amount },
      });
    });
  }

  async function show(entryId: Id): Promise<WalletEntryView> {
    const entry = await findEntry(database, entryId);
    if (!entry) throw new Error(`the wallet entry ${entryId} is gone`);
    return entryView(entry);
  }
}

/** The entry that this key made already. Throws `idempotency_key_reused` for another body. */
async function madeBefore(database: Database, key: IdempotencyKey): Promise<Id | undefined> {
  const used = (await readUsedKeys(database, [key])).get(keyText(key));
  if (used && used.bodyHash !== key.bodyHash) throw idempotencyKeyReused();
  return used?.resourceId;
}
