import { isTransient } from '../database/sql-error.ts';
import type { Transaction } from '../database/transaction.ts';
import type { Logger } from '../logging/logger.ts';

/** Stands for the consumers of a transaction when it is not known which of them failed. */
const SOME_CONSUMER = 'not known';

/**
 * Notices what goes wrong in transactions although their callers succeed: it is logged, and counted
 * since the start of this instance.
 */
export class TransactionWatch {
  /** Attempts that failed because of a consumer before the commit, by the consumer's name. */
  readonly atOnceFailures = new Map<string, number>();
  #afterCommitFailures = 0;
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  get afterCommitFailures(): number {
    return this.#afterCommitFailures;
  }

  /**
   * A consumer failed in the transaction that recorded its events; they are left to its lane.
   * @param consumer its name; undefined when it failed in what it left for later
   */
  atOnceFailed(consumer: string = SOME_CONSUMER, error: unknown): void {
    this.atOnceFailures.set(consumer, (this.atOnceFailures.get(consumer) ?? 0) + 1);
    const about = { err: error, consumer };
    const words = 'a consumer failed before the commit; its events are left to its lane';
    // Locks that met, or a connection that broke, are nobody's fault; the count tells of them.
    if (isTransient(error)) this.#log.debug(about, words);
    else this.#log.error(about, words);
  }

  /** Runs what a transaction left for the time after its commit; one that throws stops no other. */
  runAfterCommit(tx: Transaction): void {
    for (const action of tx.takeAfterCommit()) {
      try {
        action();
      } catch (error) {
        this.#afterCommitFailures += 1;
        this.#log.error({ err: error }, 'an action after a commit failed');
      }
    }
  }
}
