import type { Transaction } from '../database/transaction.ts';
import type { EventDefinition, EventOf } from './define-event.ts';

/**
 * What a consumer relies on when events overtake one another (two instances, the relay, a spill):
 * `commutative`: every order of the same events leads to the same state;
 * `latest-wins`: it skips an event whose version is not above the one it has stored.
 */
export type Ordering = 'commutative' | 'latest-wins';

/** A consumer that changes only the database. Claim and effect commit together. */
export type Consumer = {
  readonly name: string;
  /** Consumers of one lane share a queue and take turns: one transaction in flight. */
  readonly lane: string;
  readonly on: readonly EventDefinition[];
  readonly ordering: Ordering;
  /**
   * Handles all waiting events at once, in the given transaction. A refusal is a result to record,
   * not an error; throwing has each event tried by itself and parks those that fail.
   */
  readonly handle: (tx: Transaction, events: readonly EventOf<EventDefinition>[]) => Promise<void>;
};

/** Declares a consumer; `handle` sees the events of `on`, told apart by their names. */
export function defineConsumer<const Definitions extends readonly EventDefinition[]>(consumer: {
  name: string;
  lane: string;
  on: Definitions;
  ordering: Ordering;
  handle: (tx: Transaction, events: readonly EventOf<Definitions[number]>[]) => Promise<void>;
}): Consumer {
  return consumer as unknown as Consumer;
}
