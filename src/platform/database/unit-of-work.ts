import type { Transaction } from './transaction.ts';

/**
 * What a module decides in the course of a unit of a transaction: it looks at rows once, locks them,
 * decides in memory however often it is asked, and writes once, at the unit's end. A hold that is made
 * and becomes final in one transaction is then one row that is inserted as final.
 */
export class UnitOfWork<State extends object> {
  readonly #states = new WeakMap<object, State>();
  readonly #begin: () => State;
  readonly #store: (tx: Transaction, state: State) => void;

  /** @param store sends what is to be written (`tx.later`), and records events; it waits for nothing */
  constructor(begin: () => State, store: (tx: Transaction, state: State) => void) {
    this.#begin = begin;
    this.#store = store;
  }

  /** The state of the transaction's present unit. */
  of(tx: Transaction): State {
    const known = this.peek(tx);
    if (known) return known;
    const state = this.#begin();
    this.#states.set(tx.unit, state);
    tx.atEnd(() => this.#store(tx, state));
    return state;
  }

  /** The same, but undefined when the unit has none yet. */
  peek(tx: Transaction): State | undefined {
    return this.#states.get(tx.unit);
  }
}
