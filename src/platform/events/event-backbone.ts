import type { Database } from '../database/database.ts';
import type { Logger } from '../logging/logger.ts';
import type { Consumer } from './consumer.ts';
import { registerConsumers, type RegisteredConsumer } from './consumer-registry.ts';
import { Dispatcher } from './dispatcher.ts';
import { handleBatch } from './handle-batch.ts';
import { markDispatched } from './outbox.store.ts';
import { Relay } from './relay.ts';
import { retryParkedEvents } from './retry-parked-events.ts';
import { createInTransaction, type InTransaction } from './transactions.ts';
import { every, type Repetition } from '../lifecycle/every.ts';

/** How long a stop waits for what is in hand; the rest is the next instance's. */
const DRAIN_MS = 10_000;

/**
 * The in-process event bus over the outbox. Modules see only `inTransaction` and their consumers;
 * docs/decisions tells why it is built as it is.
 */
export class EventBackbone {
  readonly inTransaction: InTransaction;
  readonly #database: Database;
  readonly #log: Logger;
  readonly #timing: { heartbeatMs: number; leaseMs: number };
  #running: { dispatcher: Dispatcher; relay: Relay; repetitions: Repetition[] } | undefined;

  constructor(database: Database, timing: { heartbeatMs: number; leaseMs: number }, log: Logger) {
    this.#database = database;
    this.#timing = timing;
    this.#log = log;
    this.inTransaction = createInTransaction({
      pool: database.pool,
      instanceId: () => this.#started().relay.instanceId,
      dispatch: (envelopes) => this.#started().dispatcher.accept(envelopes),
    });
  }

  /** Registers the consumers and begins to hand events to them. Throws DuplicateName. */
  async start(consumers: readonly Consumer[]): Promise<void> {
    const registered = await registerConsumers(this.#database, consumers);
    const tools = { database: this.#database, inTransaction: this.inTransaction };
    const dispatcher = new Dispatcher({
      consumers: registered,
      handle: (deliveries) => handleBatch(tools, deliveries),
      markDispatched: (ids) => markDispatched(this.#database, ids),
      log: this.#log,
    });
    const relay = new Relay({
      ...tools,
      dispatcher,
      leaseMs: this.#timing.leaseMs,
      log: this.#log,
    });
    await relay.register();
    this.#running = { dispatcher, relay, repetitions: [] };
    await relay.round();
    this.#running.repetitions = this.#repeat(relay, registered);
  }

  /**
   * Resolves when everything that this instance has recorded so far is handled, what it caused and
   * what was left in the outbox for want of room included.
   */
  async settled(): Promise<void> {
    const { dispatcher, relay } = this.#started();
    for (;;) {
      await dispatcher.idle();
      if (!dispatcher.spilled) return;
      await relay.round();
    }
  }

  /** Finishes what is in hand (bounded in time), and leaves the rest in the outbox. */
  async stop(): Promise<void> {
    const { dispatcher, relay, repetitions } = this.#started();
    await Promise.all(repetitions.map((repetition) => repetition.stop()));
    const drained = await Promise.race([
      dispatcher.idle().then(() => true),
      new Promise<false>((resolve) => setTimeout(resolve, DRAIN_MS, false).unref()),
    ]);
    dispatcher.close();
    if (!drained) this.#log.warn('events are left in the outbox for the next start');
    await relay.leave();
  }

  #repeat(relay: Relay, registered: readonly RegisteredConsumer[]): Repetition[] {
    const byId = new Map(registered.map((consumer) => [consumer.id, consumer]));
    const tools = { database: this.#database, inTransaction: this.inTransaction };
    return [
      every(this.#timing.heartbeatMs, 'the relay', () => relay.round(), this.#log),
      every(
        this.#timing.heartbeatMs,
        'retrying parked events',
        () => retryParkedEvents(tools, byId, this.#log),
        this.#log,
      ),
    ];
  }

  #started() {
    if (!this.#running) throw new Error('the event backbone has not been started');
    return this.#running;
  }
}
