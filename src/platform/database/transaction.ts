import { drizzle, type MySql2Database } from 'drizzle-orm/mysql2';
import type { Connection, PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import type { RecordedEvent } from '../events/define-event.ts';
import { ConcurrentChange, isConnectionLost, isTransient } from './sql-error.ts';

/** A stretch of a transaction's work. */
type Unit = { readonly ends: (() => void)[] };

/** A statement came after one that failed, its cause. */
export class TransactionFailed extends Error {
  override readonly name = 'TransactionFailed';
}

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
  /** Work that nobody has waited for yet. */
  readonly #underWay: Promise<void>[] = [];
  #failure: unknown;
  /** The first failure of work that nobody waited for. */
  #failureUnderWay: { error: unknown } | undefined;
  #unit: Unit = { ends: [] };
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

  /**
   * Goes on without waiting for `work`, statements whose answers decide nothing: they and those that
   * follow go to the server together, in the order in which they were begun. When one fails, the
   * transaction fails before it commits.
   */
  later(work: Promise<unknown>): void {
    this.#underWay.push(
      work.then(
        () => undefined,
        (error: unknown) => {
          this.#failureUnderWay ??= { error };
        },
      ),
    );
  }

  /** The present stretch of work, as an identity: what `atEnd` was told belongs to it. */
  get unit(): object {
    return this.#unit;
  }

  /**
   * Leaves a write for the end of the present unit, when everything is decided. It must not wait for
   * answers, but leave its statements for `later`.
   */
  atEnd(write: () => void): void {
    this.#unit.ends.push(write);
  }

  /** Runs a stretch of work, and then what it left for its end; nothing of that when it throws. */
  async inUnit<T>(body: () => Promise<T>): Promise<T> {
    const outer = this.#unit;
    const own: Unit = { ends: [] };
    this.#unit = own;
    try {
      const result = await body();
      for (const write of own.ends) write();
      return result;
    } finally {
      this.#unit = outer;
    }
  }

  /** Has something done in this process once the commit is certain. */
  afterCommit(action: () => void): void {
    this.#afterCommit.push(action);
  }

  /** Gives what is to be done after the commit, once. */
  takeAfterCommit(): (() => void)[] {
    return this.#afterCommit.splice(0);
  }

  /**
   * Runs `body`; when it throws, undoes what it did and what it recorded, and throws the same error.
   * The transaction stays usable unless the error is one that ends it (deadlock, lock time-out, lost
   * connection).
   */
  async savepoint(body: () => Promise<void>): Promise<void> {
    await this.#settle();
    const recordedBefore = this.recorded.length;
    await this.#guarded(() => this.#connection.query('SAVEPOINT one_event'));
    try {
      await this.settled(() => this.inUnit(body));
    } catch (error) {
      if (isTransient(error)) throw error;
      // Answers come in order: with this one, what was begun beside the failure is over, too.
      await this.#rollBackToSavepoint();
      this.#failure = undefined;
      this.#failureUnderWay = undefined;
      this.recorded.length = recordedBefore;
      throw error;
    }
  }

  /** Throws ConcurrentChange when the savepoint is gone: a deadlock beside the failure ended it all. */
  async #rollBackToSavepoint(): Promise<void> {
    try {
      await this.#connection.query('ROLLBACK TO SAVEPOINT one_event');
    } catch (error) {
      if (isConnectionLost(error)) throw error;
      throw new ConcurrentChange('the server has ended the transaction', { cause: error });
    }
  }

  /**
   * Runs `body` and waits for all that it left for later. When both fail, the error is that of what
   * was left: it came first, and what followed may have failed only because of it.
   */
  async settled<T>(body: () => Promise<T>): Promise<T> {
    let result: T;
    try {
      result = await body();
    } catch (error) {
      await this.#settle();
      throw error;
    }
    await this.#settle();
    return result;
  }

  /** Takes no further statement; `why` explains it to work that goes on all the same. */
  close(why: unknown): void {
    this.#failure ??= why;
  }

  /** Waits for all that was left for later. Throws the first error of it. */
  async #settle(): Promise<void> {
    await Promise.all(this.#underWay.splice(0));
    if (this.#failureUnderWay) throw this.#failureUnderWay.error;
  }

  async #guarded<T>(statement: () => Promise<T>): Promise<T> {
    if (this.#failure !== undefined) {
      throw new TransactionFailed('the transaction failed and takes no further statement', {
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
