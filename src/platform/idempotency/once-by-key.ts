import type { Database } from '../database/database.ts';
import { precedingChange } from '../database/following-change.ts';
import { isDuplicateKey } from '../database/sql-error.ts';
import type { Transaction } from '../database/transaction.ts';
import type { Id } from '../ids/id.ts';
import {
  idempotencyKeyReused,
  insertKeys,
  isSameBody,
  keyText,
  readUsedKeys,
  type IdempotencyKey,
} from './idempotency-key.ts';

/**
 * Does something once for a client's key, however often it is sent; without a key, each time.
 * @param resourceId what it makes or changes
 * @param work calls `claimKey` first in its transaction: the key and the work commit together
 * @returns whether it had been done before, and the resource of that time. Throws
 * `idempotency_key_reused` when the key came with another body then.
 */
export async function onceByKey(
  database: Database,
  key: IdempotencyKey | undefined,
  resourceId: Id,
  work: (claimKey: (tx: Transaction) => Promise<void>) => Promise<void>,
): Promise<{ replayed: boolean; resourceId: Id }> {
  if (!key) {
    await work(async () => undefined);
    return { replayed: false, resourceId };
  }
  const earlierId = await precedingChange(() => doneBefore(database, key));
  if (earlierId !== undefined) return { replayed: true, resourceId: earlierId };
  try {
    await work((tx) => insertKeys(tx, [{ key, resourceId }]));
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    // The same request came twice at once, and the other one was first.
    const otherId = await doneBefore(database, key);
    if (otherId === undefined) throw error;
    return { replayed: true, resourceId: otherId };
  }
  return { replayed: false, resourceId };
}

async function doneBefore(database: Database, key: IdempotencyKey): Promise<Id | undefined> {
  const used = (await readUsedKeys(database, [key])).get(keyText(key));
  if (used && !isSameBody(used, key)) throw idempotencyKeyReused();
  return used?.resourceId;
}
