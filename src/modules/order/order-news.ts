import type { Id } from '../../platform/ids/id.ts';
import type { Answer, FailureCode, OrderState, Shortage } from './order.rules.ts';

/** What has become of an order. */
export type OrderOutcome = {
  state: OrderState;
  failureCode: FailureCode | null;
  /** What user said, where that had a part in it. */
  fundsAnswer?: Answer;
  /** Of an order that failed as out_of_stock; undefined when they were told of before the outcome. */
  shortages?: readonly Shortage[] | undefined;
  dueAt: Date | null;
  paidAt: Date | null;
  version: number;
};

/**
 * News of orders, from memory and without polling: for the request that placed an order and waits
 * for its outcome, and for those who follow an order. Only what this process does is heard here;
 * whoever waits in vain reads the database.
 */
export class OrderNews {
  readonly #waiting = new Map<Id, (outcome: OrderOutcome | undefined) => void>();
  readonly #followers = new Map<Id, Set<() => void>>();
  /** Of orders whose transaction is under way: undefined until it is known. */
  readonly #noted = new Map<Id, OrderOutcome | undefined>();

  /** The outcome when it comes within `timeoutMs`, else undefined. */
  outcomeOf(orderId: Id, timeoutMs: number): Promise<OrderOutcome | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(undefined), timeoutMs);
      const settle = (outcome: OrderOutcome | undefined) => {
        clearTimeout(timer);
        this.#waiting.delete(orderId);
        resolve(outcome);
      };
      this.#waiting.set(orderId, settle);
    });
  }

  /**
   * Notes what becomes of these orders while `work` runs, which may decide them in the transaction that
   * stores them, and gives it for those that are decided.
   */
  async outcomesDuring(
    orderIds: readonly Id[],
    work: () => Promise<void>,
  ): Promise<Map<Id, OrderOutcome>> {
    for (const id of orderIds) this.#noted.set(id, undefined);
    const outcomes = new Map<Id, OrderOutcome>();
    try {
      await work();
    } finally {
      for (const id of orderIds) {
        const outcome = this.#noted.get(id);
        if (outcome) outcomes.set(id, outcome);
        this.#noted.delete(id);
      }
    }
    return outcomes;
  }

  /** Calls back whenever the order has changed, until the returned function is called. */
  follow(orderId: Id, onChange: () => void): () => void {
    const followers = this.#followers.get(orderId) ?? new Set();
    followers.add(onChange);
    this.#followers.set(orderId, followers);
    return () => {
      followers.delete(onChange);
      if (followers.size === 0) this.#followers.delete(orderId);
    };
  }

  /** Tells the outcome to the one who waits for it, if anyone does; only once a commit is certain. */
  tellOutcome(orderId: Id, outcome: OrderOutcome): void {
    if (this.#noted.has(orderId)) this.#noted.set(orderId, outcome);
    this.#waiting.get(orderId)?.(outcome);
    this.tellChange(orderId);
  }

  /** Tells followers that the order has changed; only once a commit is certain. */
  tellChange(orderId: Id): void {
    this.#followers.get(orderId)?.forEach((onChange) => onChange());
  }
}
