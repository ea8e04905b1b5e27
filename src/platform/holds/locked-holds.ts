import type { Transaction } from '../database/transaction.ts';
import { compareIds, type Id } from '../ids/id.ts';

/**
 * The holds that a transaction decides about: as they are in the database, locked, and as they are to
 * be. They are looked up once, moved in memory however often, and written once.
 */
export class LockedHolds<Hold extends { orderId: Id }> {
  readonly #lockRows: (tx: Transaction, orderIds: readonly Id[]) => Promise<Map<Id, Hold>>;
  readonly #before = new Map<Id, Hold>();
  readonly #after = new Map<Id, Hold>();

  /** @param lockRows locks the rows that there are, in the order of their orders' ids */
  constructor(lockRows: (tx: Transaction, orderIds: readonly Id[]) => Promise<Map<Id, Hold>>) {
    this.#lockRows = lockRows;
  }

  /** Looks up the holds of the requests' orders that nobody has looked at yet. */
  async lock(tx: Transaction, requests: readonly { orderId: Id; step: string }[]): Promise<void> {
    const unknown = requests.filter(({ orderId }) => !this.#after.has(orderId));
    for (const [orderId, hold] of await this.#lockRows(tx, ordersToLock(tx, unknown))) {
      // Others may have looked it up meanwhile, and moved it.
      if (this.#after.has(orderId)) continue;
      this.#before.set(orderId, hold);
      this.#after.set(orderId, hold);
    }
  }

  /** The order's hold as it is to be; undefined while it has none. */
  get(orderId: Id): Hold | undefined {
    return this.#after.get(orderId);
  }

  /** The order's hold as it is in the database. */
  stored(orderId: Id): Hold | undefined {
    return this.#before.get(orderId);
  }

  set(hold: Hold): void {
    this.#after.set(hold.orderId, hold);
  }

  /**
   * What has become of them: those that are new, and those that moved. Both in the order in which every
   * transaction locks holds, by order id.
   */
  changes(): { fresh: Hold[]; moved: Hold[] } {
    const changed = [...this.#after.values()]
      .filter((hold) => this.stored(hold.orderId) !== hold)
      .toSorted((a, b) => compareIds(a.orderId, b.orderId));
    return {
      fresh: changed.filter((hold) => !this.#before.has(hold.orderId)),
      moved: changed.filter((hold) => this.#before.has(hold.orderId)),
    };
  }
}

/** The holds as they are to be, for those who only look. */
export type HoldsByOrder<Hold extends { orderId: Id }> = Pick<LockedHolds<Hold>, 'get'>;

/**
 * The orders whose holds are to be looked up. A new order has none yet, and its insert would hit the
 * one that a release left before it came: then the transaction is run again, and looks them all up.
 */
function ordersToLock(tx: Transaction, requests: readonly { orderId: Id; step: string }[]): Id[] {
  const known = tx.isRepeated ? requests : requests.filter(({ step }) => step !== 'hold');
  return [...new Set(known.map(({ orderId }) => orderId))];
}
