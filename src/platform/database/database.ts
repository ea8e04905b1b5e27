import { drizzle, type MySql2Database } from 'drizzle-orm/mysql2';
import type { ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { openPool, type Pool } from './pool.ts';
import type { SqlValue } from './transaction.ts';

/** The database: reads and single statements that commit by themselves, beside transactions. */
export class Database {
  readonly pool: Pool;
  /** For runTransaction(); statements on its connections do not commit by themselves. */
  readonly transactionPool: Pool;
  readonly orm: MySql2Database;

  private constructor(pool: Pool, transactionPool: Pool) {
    this.pool = pool;
    this.transactionPool = transactionPool;
    this.orm = drizzle({ client: pool });
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

  /** Runs a prepared single statement and gives the number of rows it matched. */
  async write(sql: string, values: readonly SqlValue[] = []): Promise<number> {
    const [result] = await this.pool.execute<ResultSetHeader>(sql, [...values]);
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
