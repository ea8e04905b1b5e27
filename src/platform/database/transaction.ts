import { drizzle, type MySql2Database } from 'drizzle-orm/mysql2';
import type { Connection, PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import type { RecordedEvent } from '../events/define-event.ts';
import { isTransient } from './sql-error.ts';

export type SqlValue = string | number | boolean | Date | Buffer | null;

/**
 * An open transaction. After any SQL error it refuses further statements: a server may have rolled
 * back already (deadlock), and the next statement would then commit by itself; or only half of the
 * work may be there (lock time-out), and a commit would keep that half.
 */
export class Transaction {
  /** What this transaction tells other modules; filled by recordEvents(), stored before the commit. */
  readonly recorded: RecordedEvent[] = [];
  /** W3C traceparents by aggregate: what is recorded of one travels with its trace. */
  readonly traces = new Map<string, string>();
  /** An attempt has failed before: what was assumed for speed may be wrong. */
  readonly isRepeated: boolean;
  readonly #connection: PoolConnection;
  readonly #afterCommit: (() => void)[] = [];
  #failure: unknown;
  #orm: MySql2Database | undefined;

  constructor(connection: PoolConnection, isRepeated: boolean) {
    this.#connection = connection;
    this.isRepeated = isRepeated;
  }

  /** drizzle on this connection, for statements that are not hot. */
  get orm(): MySql2Database {
    this.#orm ??= drizzle({ client: this.#guardedClient() });
    return this.#orm;
  }

  /** Runs a prepared SELECT and gives its rows. */
  async select<Row>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    const [rows] = await this.#guarded(() =>
      this.#connection.execute<RowDataPacket[]>(sql, [...values]),
    );
    return rows as Row[];
  }

  /** Runs a prepared INSERT, UPDATE or DELETE and gives the number of rows it matched. */
  async write(sql: string, values: readonly SqlValue[] = []): Promise<number> {
    const [result] = await this.#guarded(() =>
      this.#connection.execute<ResultSetHeader>(sql, [...values]),
    );
    return result.affectedRows;
  }

  /** Has something done in this process once the commit is certain; it must not throw. */
  afterCommit(action: () => void): void {
    this.#afterCommit.push(action);
  }

  runAfterCommit(): void {
    for (const action of this.#afterCommit) action();
  }

  /**
   * Runs `body`; when it throws, undoes what it did and what it recorded, and throws the same error.
   * The transaction stays usable unless the error is one that ends it (deadlock, lock time-out, lost
   * connection).
   */
  async savepoint(body: () => Promise<void>): Promise<void> {
    const recordedBefore = this.recorded.length;
    await this.#guarded(() => this.#connection.query('SAVEPOINT one_event'));
    try {
      await body();
    } catch (error) {
      if (isTransient(error)) throw error;
      this.#failure = undefined;
      this.recorded.length = recordedBefore;
      await this.#guarded(() => this.#connection.query('ROLLBACK TO SAVEPOINT one_event'));
      throw error;
    }
  }

  async #guarded<T>(statement: () => Promise<T>): Promise<T> {
    if (this.#failure !== undefined) {
      throw new Error('the transaction failed and takes no further statement', {
        cause: this.#failure,
      });
    }
    try {
      return await statement();
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  #guardedClient(): Connection {
    const guard =
      <Arguments extends unknown[], Result>(method: (...args: Arguments) => Promise<Result>) =>
      (...args: Arguments) =>
        this.#guarded(() => method(...args));
    return {
      query: guard(this.#connection.query.bind(this.#connection)),
      execute: guard(this.#connection.execute.bind(this.#connection)),
    } as unknown as Connection;
  }
}
