import type { PoolConnection } from 'mysql2/promise';
import { OutcomeUnknown } from '../errors/outcome-unknown.ts';
import type { Pool } from './pool.ts';
import { isConnectionLost } from './sql-error.ts';
import { Transaction } from './transaction.ts';

/** COMMIT was sent and its answer never came: the transaction may be in the database or not. */
export class AmbiguousCommit extends OutcomeUnknown {
  override readonly name = 'AmbiguousCommit';
}

/**
 * Runs one attempt of a transaction: body, commit; rolled back when the body throws. The connections
 * of this pool begin transactions by themselves.
 * Throws AmbiguousCommit when the connection is lost after COMMIT was sent.
 * @param isRepeated tells the body that an attempt has failed before
 */
export async function runTransaction<T>(
  pool: Pool,
  body: (tx: Transaction) => Promise<T>,
  isRepeated = false,
): Promise<T> {
  const connection = await pool.getConnection();
  const tx = new Transaction(connection, isRepeated);
  try {
    const result = await tx.settled(() => body(tx));
    await commit(connection);
    connection.release();
    return result;
  } catch (error) {
    tx.close(error);
    await abandon(connection, error);
    throw error;
  }
}

async function commit(connection: PoolConnection): Promise<void> {
  try {
    await connection.query('COMMIT');
  } catch (error) {
    if (!isConnectionLost(error)) throw error;
    throw new AmbiguousCommit('the answer to COMMIT was lost', { cause: error });
  }
}

/** Rolls back, or drops a connection whose state is not known. */
async function abandon(connection: PoolConnection, error: unknown): Promise<void> {
  if (error instanceof AmbiguousCommit || isConnectionLost(error)) {
    connection.destroy();
    return;
  }
  try {
    await connection.query('ROLLBACK');
    connection.release();
  } catch {
    // The server rolls back by itself when the connection goes.
    connection.destroy();
  }
}
