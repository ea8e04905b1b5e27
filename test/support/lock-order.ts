import { expect } from 'vitest';
import { runTransaction } from '../../src/platform/database/run-transaction.ts';
import type { Transaction } from '../../src/platform/database/transaction.ts';
import { idToBytes, type Id } from '../../src/platform/ids/id.ts';
import type { TestShop } from './start-shop.ts';

/** Two rows of a table, which are there. */
export type TwoRows = { table: string; key: string; ids: readonly [Id, Id] };

/**
 * Tells whether rows are locked in the order of their ids, whatever the order in which they are asked
 * for: who fails to get the lower one, as somebody holds it, has not taken the higher one before.
 * @param lock asks for both rows, in the order given
 */
export async function locksInOrder(
  { database }: TestShop,
  { table, key, ids }: TwoRows,
  lock: (tx: Transaction, ids: readonly Id[]) => Promise<unknown>,
): Promise<boolean> {
  const [lower = '', higher = ''] = ids.toSorted();
  const take = `SELECT 1 FROM ${table} WHERE ${key} = ? FOR UPDATE`;
  const holder = await database.pool.getConnection();
  try {
    await holder.query('START TRANSACTION');
    expect((await holder.query(take, [idToBytes(lower)]))[0]).toHaveLength(1);
    let whyNotFree: unknown;
    const locking = runTransaction(database.transactionPool, async (tx) => {
      // The shortest that the server knows: a second at the most.
      await tx.write('SET SESSION innodb_lock_wait_timeout = 0');
      try {
        await lock(tx, [higher, lower]);
      } finally {
        // The failure leaves what was locked before it, until the transaction is rolled back.
        whyNotFree = await holder.query(`${take} NOWAIT`, [idToBytes(higher)]).then(
          () => undefined,
          (error: unknown) => error,
        );
      }
    });
    await expect(locking).rejects.toThrow(/lock wait timeout/i);
    return whyNotFree === undefined;
  } finally {
    await holder.query('ROLLBACK');
    holder.release();
  }
}
