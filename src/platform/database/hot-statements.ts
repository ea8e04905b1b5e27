import type { SqlValue, Transaction } from './transaction.ts';

/**
 * Statements whose shape the servers of the MySQL family do not all understand: the joins with
 * `bulkRows`. Their modules name them when they are loaded, so that a start can try each on the server
 * at hand (`tryHotStatements`), before an order meets one that does not run (decision 16).
 */
const statements = new Set<string>();

/**
 * Names a statement as hot, and gives it back.
 * @param sql its text is fixed when the module is loaded; `bulkRows` may not stand anywhere else
 */
export function hotStatement(sql: string): string {
  statements.add(sql);
  return sql;
}

/** All that are named, which are those of every module that is loaded. */
export function hotStatements(): ReadonlySet<string> {
  return statements;
}

/**
 * The end of a SELECT that joins `bulkRows` with tables and locks the rows of these. MySQL wants them
 * named, as it refuses to lock the table function (error 3569, at execution); MariaDB knows no OF, and
 * passes over a comment for MySQL.
 * @param aliases of the tables in the statement
 */
export function forUpdateOf(...aliases: readonly [string, ...string[]]): string {
  return `FOR UPDATE /*!80001 OF ${aliases.join(', ')} */`;
}

/** The server at hand does not run a statement that the shop needs. */
export class StatementRefused extends Error {
  override readonly name = 'StatementRefused';

  constructor(sql: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(
      `the database cannot run a statement that the shop needs: ${why} ` +
        `(${sql.replaceAll(/\s+/g, ' ').trim().slice(0, 120)}…)`,
      { cause },
    );
  }
}

/**
 * Runs every hot statement once, with a null for each parameter: that finds, locks and changes no row.
 * Executed and not explained, as a server may refuse only that. Throws StatementRefused.
 */
export async function tryHotStatements(tx: Transaction): Promise<void> {
  for (const sql of statements) {
    const nulls: SqlValue[] = Array.from({ length: sql.split('?').length - 1 }, () => null);
    try {
      await tx.select(sql, nulls);
    } catch (error) {
      throw new StatementRefused(sql, error);
    }
  }
}
