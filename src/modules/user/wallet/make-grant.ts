import { recordAudit } from '../../../platform/audit/record-audit.ts';
import type { Database } from '../../../platform/database/database.ts';
import { precedingChange } from '../../../platform/database/following-change.ts';
import { isDuplicateKey } from '../../../platform/database/sql-error.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import {
  idempotencyKeyReused,
  insertKeys,
  isSameBody,
  keyText,
  readUsedKeys,
  type IdempotencyKey,
} from '../../../platform/idempotency/idempotency-key.ts';
import { newId, type Id } from '../../../platform/ids/id.ts';
import type { Krw } from '../../../platform/money/krw.ts';

export type Grant = { memberId: Id; amount: Krw; reason: string };

/** Makes a grant once for each key; `replayed` when it was made before. */
export type MakeGrant<Given extends Grant, View> = (
  adminId: Id,
  grant: Given,
  key: IdempotencyKey | undefined,
) => Promise<{ entry: View; replayed: boolean }>;

/** What there is to grant: pay money, or points. */
export type Grantable<Given extends Grant, Row, View> = {
  /** Names the grant in the audit log. */
  action: string;
  /** Adds to what the member has, and writes the entry. Throws `not_found`. */
  give: (tx: Transaction, entryId: Id, grant: Given) => Promise<void>;
  find: (database: Database, entryId: Id) => Promise<Row | undefined>;
  view: (row: Row) => View;
};

/**
 * Gives a member something, and notes who did it. With a key, the same grant is made once, however
 * often it is sent. What this gives throws `not_found`, `balance_too_high`, `idempotency_key_reused`.
 */
export function createMakeGrant<Given extends Grant, Row, View>(
  parts: { database: Database; inTransaction: InTransaction },
  { action, give, find, view }: Grantable<Given, Row, View>,
): MakeGrant<Given, View> {
  const { database, inTransaction } = parts;

  return async function makeGrant(adminId, grant, key) {
    const earlierId = key && (await precedingChange(() => madeBefore(database, key)));
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
    grant: Given,
    key: IdempotencyKey | undefined,
  ): Promise<void> {
    const { memberId, amount } = grant;
    const store = async (tx: Transaction) => {
      if (key) await insertKeys(tx, [{ key, resourceId: entryId }]);
      await give(tx, entryId, grant);
      await recordAudit(tx, {
        adminId,
        action,
        subjectId: memberId,
        detail: { entryId, amount },
      });
    };
    await inTransaction(store, { leavesWitness: true });
  }

  async function show(entryId: Id): Promise<View> {
    const entry = await find(database, entryId);
    if (!entry) throw new Error(`the granted entry ${entryId} is gone`);
    return view(entry);
  }
}

/** The entry that this key made already. Throws `idempotency_key_reused` for another body. */
async function madeBefore(database: Database, key: IdempotencyKey): Promise<Id | undefined> {
  const used = (await readUsedKeys(database, [key])).get(keyText(key));
  if (used && !isSameBody(used, key)) throw idempotencyKeyReused();
  return used?.resourceId;
}
