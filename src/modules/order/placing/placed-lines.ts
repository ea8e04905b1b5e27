import type { Id } from '../../../platform/ids/id.ts';
import type { EventLine } from '../order.store.ts';

/** Orders of which lines are kept: more than are under way at once. */
const MOST_ORDERS = 20_000;

/**
 * The lines of orders that this process placed and that are not decided yet: joining the answers
 * needs them a moment later, and the database need not be asked. What is not here is there.
 */
export class PlacedLines {
  readonly #lines = new Map<Id, readonly EventLine[]>();

  keep(orderId: Id, lines: readonly EventLine[]): void {
    if (this.#lines.size >= MOST_ORDERS) {
      const [oldest] = this.#lines.keys();
      if (oldest !== undefined) this.#lines.delete(oldest);
    }
    this.#lines.set(orderId, lines);
  }

  /** The lines of all these orders; undefined unless all are here. */
  find(orderIds: readonly Id[]): Map<Id, readonly EventLine[]> | undefined {
    const found = new Map<Id, readonly EventLine[]>();
    for (const orderId of orderIds) {
      const lines = this.#lines.get(orderId);
      if (!lines) return undefined;
      found.set(orderId, lines);
    }
    return found;
  }

  /** Orders that are decided need no more. */
  forget(orderIds: readonly Id[]): void {
    for (const orderId of orderIds) this.#lines.delete(orderId);
  }
}
