import type { Transaction } from '../database/transaction.ts';
import type { EventDefinition, EventOf } from './define-event.ts';

/**
 * What a consumer relies on when events overtake one another (two instances, the relay, a spill):
 * `commutative`: every order of the same events leads to the same state;
 * `latest-wins`: it skips an event whose version is not above the one it has stored.
 */
export type Ordering = 'commutative' | 'latest-wins';

type Subscription = {
  readonly name: string;
  /** Consumers of one lane share a queue and take turns: one batch in hand. */
  readonly lane: string;
  readonly on: readonly EventDefinition[];
  /**
   * Tells events of `on` that have nothing for this consumer: those are not even delivered. It must
   * always say the same of the same payload.
   */
  readonly concerns?: ((event: EventOf<EventDefinition>) => boolean) | undefined;
  /**
   * Whether these events, which came together, had better wait some milliseconds for others that are
   * on their way, so that one transaction serves them all. Asked once each time they are delivered.
   */
  readonly patient?: ((events: readonly EventOf<EventDefinition>[]) => boolean) | undefined;
  /**
   * Nobody waits for what this consumer does: its lane rests so long between two batches, in
   * milliseconds, so that under load one transaction serves many events. For consumers that have a
   * lane of their own.
   */
  readonly restMs?: number | undefined;
  /**
   * Handles its events in the very transaction that records them, where that one has events handled at
   * once: neither a commit nor a claim stands in between. It gets them in its lane otherwise, so it
   * must not depend on it.
   */
  readonly atOnce?: boolean | undefined;
};

/** A consumer that changes only the database. Claim and effect commit together. */
export type TransactionalConsumer = Subscription & {
  readonly kind: 'transactional';
  readonly ordering: Ordering;
  /**
   * Handles all waiting events at once, in the given transaction. A refusal is a result to record,
   * not an error; throwing has each event tried by itself and parks those that fail.
   */
  readonly handle: (tx: Transaction, events: readonly EventOf<EventDefinition>[]) => Promise<void>;
};

/**
 * A consumer that acts outside the database (mail, a search engine, a provider). It runs outside any
 * transaction, at least once for each event; whatever it calls must know a repetition by the key.
 */
export type ExternalConsumer = Subscription & {
  readonly kind: 'external';
  /**
   * Throws an Outage (platform/errors/outage.ts) where what it calls is away: the event then waits
   * for days, while any other error makes a dead letter of it after ten attempts.
   * @param key the same for every attempt at this event, and unique to it
   */
  readonly perform: (event: EventOf<EventDefinition>, key: string) => Promise<void>;
};

export type Consumer = TransactionalConsumer | ExternalConsumer;

/** Declares a consumer; `handle` sees the events of `on`, told apart by their names. */
export function defineConsumer<const Definitions extends readonly EventDefinition[]>(consumer: {
  name: string;
  lane: string;
  on: Definitions;
  concerns?: (event: EventOf<Definitions[number]>) => boolean;
  patient?: (events: readonly EventOf<Definitions[number]>[]) => boolean;
  restMs?: number;
  atOnce?: boolean;
  ordering: Ordering;
  handle: (tx: Transaction, events: readonly EventOf<Definitions[number]>[]) => Promise<void>;
}): TransactionalConsumer {
  return { kind: 'transactional', ...consumer } as unknown as TransactionalConsumer;
}

/** Declares an external consumer; it needs a lane of its own kind. */
export function defineExternalConsumer<
  const Definitions extends readonly EventDefinition[],
>(consumer: {
  name: string;
  lane: string;
  on: Definitions;
  perform: (event: EventOf<Definitions[number]>, key: string) => Promise<void>;
}): ExternalConsumer {
  return { kind: 'external', ...consumer } as unknown as ExternalConsumer;
}
