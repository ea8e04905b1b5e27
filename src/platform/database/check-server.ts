import type { Database } from './database.ts';
import { MAX_PREPARED_STATEMENTS } from './pool.ts';
import { runTransaction } from './run-transaction.ts';
import { tryHotStatements } from './hot-statements.ts';
import {
  COLLATIONS,
  faultOfColumn,
  faultsOfServer,
  type ServerFacts,
  type TextColumn,
} from './server-fitness.rules.ts';

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
 * Refuses a migrated database whose texts compare in another way, or on which a hot statement does not
 * run: each is run once, in a transaction that is rolled back. Throws DatabaseUnfit or StatementRefused.
 */
export async function checkDatabase(database: Database): Promise<void> {
  const column = await findStrangeColumn(database);
  if (column) throw new DatabaseUnfit(faultOfColumn(column));
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
  const [row] = await database.select<ServerFacts>(
    `SELECT VERSION() AS version, @@character_set_database AS characterSet,
            @@max_allowed_packet AS maxAllowedPacketBytes,
            @@max_prepared_stmt_count AS maxPreparedStatements`,
  );
  if (!row) throw new Error('the database said nothing of itself');
  return row;
}

/** The list of migrations has its own ways: nobody compares what is in it. */
async function findStrangeColumn(database: Database): Promise<TextColumn | undefined> {
  const [column] = await database.select<TextColumn>(
    `SELECT table_name AS \`table\`, column_name AS \`column\`, collation_name AS collation
     FROM information_schema.columns
     WHERE table_schema = DATABASE() AND table_name <> '__drizzle_migrations'
       AND collation_name NOT IN (?, ?)
     ORDER BY table_name, ordinal_position LIMIT 1`,
    COLLATIONS,
  );
  return column;
}
