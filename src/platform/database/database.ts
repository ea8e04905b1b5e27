import { drizzle, type MySql2Database } from 'drizzle-orm/mysql2';
import type { PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { OutcomeUnknown } from '../errors/outcome-unknown.ts';
import { openPool, type Pool } from './pool.ts';
import { isConnectionLost } from './sql-error.ts';
import type { SqlValue } from './transaction.ts';

const READS = /^\s*\(*\s*select\b/i;

/** The database: reads and single statements that commit by themselves, beside transactions. */
export class Database {
  readonly pool: Pool;
  /** For runTransaction(); statements on its connections do not commit by themselves. */
  readonly transactionPool: Pool;
  readonly orm: MySql2Database;
  /**
   * How many changes this process has committed, or may have. Of two equal readings it is certain that
   * nothing was changed in between.
   */
  readonly changes = { count: 0 };

  private constructor(pool: Pool, transactionPool: Pool) {
    this.pool = pool;
    this.transactionPool = transactionPool;
    this.orm = drizzle({ client: ormClient(this) });
  }

  /**
   * Opens the pools; connections are made when they are first needed.
   * @param connections at the most in each of the two pools
   */
  static open(url: string, connections: number): Database {
    return new Database(
      openPool(url, connections, 'statements'),
      openPool(url, connections, 'transactions'),
    );
  }

  /** Runs a prepared SELECT and gives its rows. */
  async select<Row>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    const [rows] = await this.pool.execute<RowDataPacket[]>(sql, [...values]);
    return rows as Row[];
  }

  /**
   * Runs a prepared single statement and gives the number of rows it matched. Throws OutcomeUnknown
   * when the connection is lost while it is under way.
   */
  async write(sql: string, values: readonly SqlValue[] = []): Promise<number> {
    const [result] = await commitBy(this, (connection) =>
      connection.execute<ResultSetHeader>(sql, [...values]),
    );
    return result.affectedRows;
  }

  /** The database's own time, in milliseconds since 1970. */
  async timeMs(): Promise<number> {
    const [row] = await this.select<{ now: Date }>('SELECT CURRENT_TIMESTAMP(3) AS now');
    if (!row) throw new Error('the database did not tell the time');
    return row.now.getTime();
  }

  async close(): Promise<void> {
    await Promise.all([this.pool.end(), this.transactionPool.end()]);
  }
}

/** Runs a statement that commits by itself. Without a connection, nothing was done. */
async function commitBy<T>(
  { pool, changes }: Pick<Database, 'pool' | 'changes'>,
  statement: (connection: PoolConnection) => Promise<T>,
): Promise<T> {
  const connection = await pool.getConnection();
  try {
    const result = await statement(connection);
    changes.count += 1;
    return result;
  } catch (error) {
    if (!isConnectionLost(error)) throw error;
    changes.count += 1;
    throw new OutcomeUnknown('the answer to a statement was lost', { cause: error });
  } finally {
    connection.release();
  }
}

/** The pool as drizzle uses it; reads and changes are told apart. */
function ormClient(database: Pick<Database, 'pool' | 'changes'>): Pool {
  const query = (statement: { sql: string }, values: unknown[]) =>
    READS.test(statement.sql)
      ? database.pool.query(statement, values)
      : commitBy(database, (connection) => connection.query(statement, values));
  return { query } as unknown as Pool;
}
