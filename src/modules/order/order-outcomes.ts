import type { Id } from '../../platform/ids/id.ts';
import type { FailureCode, OrderState } from './order.rules.ts';

/** What the saga made of a placement. */
export type OrderOutcome = {
  state: OrderState;
  failureCode: FailureCode | null;
  paidAt: Date | null;
  version: number;
};

/**
 * Lets the request that placed an order wait for its outcome, from memory and without polling. Only
 * what this process decides is heard here; whoever waits in vain reads the database.
 */
export class OrderOutcomes {
  readonly #waiting = new Map<Id, (outcome: OrderOutcome) => void>();

  /** The outcome when it comes within `timeoutMs`, else undefined. */
  wait(orderId: Id, timeoutMs: number): Promise<OrderOutcome | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(orderId);
        resolve(undefined);
      }, timeoutMs);
      this.#waiting.set(orderId, (outcome) => {
        clearTimeout(timer);
        this.#waiting.delete(orderId);
        resolve(outcome);
      });
    });
  }

  /** Tells the one who waits, if anyone does; called once the commit is certain. */
  settle(orderId: Id, outcome: OrderOutcome): void {
    this.#waiting.get(orderId)?.(outcome);
  }
}
