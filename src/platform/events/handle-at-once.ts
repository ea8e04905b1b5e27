import { TransactionFailed, type Transaction } from '../database/transaction.ts';
import { transactional, type RegisteredConsumer } from './consumer-registry.ts';

/**
 * Consumers that handle what a transaction records in that same transaction, and what they record in
 * turn.
 */
export class AtOnce {
  /** The numbers of those that handled something: all of it that they want. */
  readonly handledBy = new Set<number>();
  /** The name of the consumer whose handler threw. */
  failed: string | undefined;
  readonly #consumers: readonly RegisteredConsumer[];
  #seen = 0;

  constructor(consumers: readonly RegisteredConsumer[]) {
    this.#consumers = consumers;
  }

  /** Whether something was recorded since. */
  isBehind(tx: Transaction): boolean {
    return this.#consumers.length > 0 && this.#seen < tx.recorded.length;
  }

  /** Has the consumers handle all that is recorded, until nothing is left for them. */
  async handle(tx: Transaction): Promise<void> {
    while (this.isBehind(tx)) {
      const fresh = tx.recorded.slice(this.#seen);
      this.#seen = tx.recorded.length;
      const handled = this.#consumers.flatMap((to) => {
        const wanted = fresh.filter((event) => to.wants(event)).map((event) => to.read(event));
        if (wanted.length === 0) return [];
        this.handledBy.add(to.id);
        return [this.#handleBy(to, tx, wanted)];
      });
      // Begun in the same order each time, so such transactions lock in one order; and none of them is
      // at work any more when this throws.
      const results = await Promise.allSettled(handled);
      const failed = results.find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
    }
  }

  async #handleBy(
    to: RegisteredConsumer,
    tx: Transaction,
    wanted: Parameters<ReturnType<typeof transactional>['handle']>[1],
  ): Promise<void> {
    try {
      await transactional(to).handle(tx, wanted);
    } catch (error) {
      // The first of them: others fail because the transaction has failed.
      if (!(error instanceof TransactionFailed)) this.failed ??= to.consumer.name;
      throw error;
    }
  }
}
