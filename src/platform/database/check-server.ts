import type { Database } from './database.ts';
import { MAX_PREPARED_STATEMENTS } from './pool.ts';
import { runTransaction } from './run-transaction.ts';
import { tryHotStatements } from './hot-statements.ts';
import { COLLATIONS, faultsOfServer, type ServerFacts } from './server-fitness.rules.ts';

/** The database cannot serve a shop; the message says why, and what to do, a line for each fault. */
export class DatabaseUnfit extends Error {
  override readonly name = 'DatabaseUnfit';
}

/**
 * Refuses a server on which the shop would break later. To be called before anything is migrated.
 * Throws DatabaseUnfit.
 * @param poolSize connections in each of the two pools
 */
export async function checkServer(database: Database, poolSize: number): Promise<void> {
  const facts = await readFacts(database);
  const preparedStatements = 2 * poolSize * MAX_PREPARED_STATEMENTS;
  const faults = faultsOfServer(facts, { preparedStatements });
  if (faults.length > 0) throw new DatabaseUnfit(faults.join('\n'));
}

/**
 * Tries every hot statement on the migrated database, in a transaction that is rolled back. Throws
 * StatementRefused for the first that does not run.
 */
export async function checkStatements(database: Database): Promise<void> {
  class Tried extends Error {}
  const tried = runTransaction(database.transactionPool, async (tx) => {
    await tryHotStatements(tx);
    throw new Tried();
  });
  await tried.catch((error: unknown) => {
    if (!(error instanceof Tried)) throw error;
  });
}

async function readFacts(database: Database): Promise<ServerFacts> {
  const [row] = await database.select<Omit<ServerFacts, 'strangeColumn'>>(
    `SELECT VERSION() AS version, @@character_set_database AS characterSet,
            @@max_allowed_packet AS maxAllowedPacketBytes,
            @@max_prepared_stmt_count AS maxPreparedStatements`,
  );
  if (!row) throw new Error('the database said nothing of itself');
  const [strangeColumn] = await database.select<NonNullable<ServerFacts['strangeColumn']>>(
    `SELECT table_name AS \`table\`, column_name AS \`column\`, collation_name AS collation
     FROM information_schema.columns
     WHERE table_schema = DATABASE() AND collation_name NOT IN (?, ?)
     ORDER BY table_name, ordinal_position LIMIT 1`,
    COLLATIONS,
  );
  return { ...row, strangeColumn };
}
