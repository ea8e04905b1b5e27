import type { Database } from '../database/database.ts';
import { every, type Repetition } from '../lifecycle/every.ts';
import type { Logger } from '../logging/logger.ts';
import type { Id } from '../ids/id.ts';
import type { Consumer } from './consumer.ts';
import {
  ConsumerConflict,
  hasOtherConsumers,
  registerConsumers,
  type RegisteredConsumer,
  type Registry,
} from './consumer-registry.ts';
import { DEFAULT_LIMITS, Dispatcher, type MemoryLimits } from './dispatcher.ts';
import { handleBatch } from './handle-batch.ts';
import { disown, markDispatched } from './outbox.store.ts';
import { Relay } from './relay.ts';
import { retryParkedEvents } from './retry-parked-events.ts';
import { TransactionWatch } from './transaction-watch.ts';
import { createInTransaction, type InTransaction } from './transactions.ts';

export type BackboneOptions = {
  /** How often the instance says that it lives, and looks for what waits. */
  heartbeatMs: number;
  /** Silence after which an instance's envelopes are taken over. */
  leaseMs: number;
  /** Starts although the database knows consumers that this build does not contain. */
  allowUnknownConsumers?: boolean;
  /** False leaves every event to its lane; true when not given. */
  atOnce?: boolean;
  limits?: MemoryLimits;
};

/** How long a stop waits for what is in hand; the rest is the next instance's. */
const DRAIN_MS = 10_000;

export type Activity = {
  eventsInMemory: number;
  /** By consumer, as are failures before the commit. */
  handledEvents: ReadonlyMap<string, number>;
  /** Envelopes of instances that are gone. */
  takenOver: number;
  atOnceFailures: ReadonlyMap<string, number>;
  afterCommitFailures: number;
};

type Running = {
  dispatcher: Dispatcher;
  relay: Relay;
  atOnceConsumers: readonly RegisteredConsumer[];
  repetitions: Repetition[];
};

/**
 * The in-process event bus over the outbox. Modules see only `inTransaction` and their consumers;
 * README.md beside this file tells how it goes.
 */
export class EventBackbone {
  readonly inTransaction: InTransaction;
  readonly #database: Database;
  readonly #options: BackboneOptions;
  readonly #log: Logger;
  readonly #watch: TransactionWatch;
  #running: Running | undefined;
  /** Another build has consumers that this one does not contain. */
  #isOutdated = false;
  #isStopping = false;

  constructor(database: Database, options: BackboneOptions, log: Logger) {
    this.#database = database;
    this.#options = options;
    this.#log = log;
    this.#watch = new TransactionWatch(log);
    this.inTransaction = createInTransaction({
      database,
      instanceId: () => this.#started().relay.instanceId,
      dispatch: (envelopes) => this.#started().dispatcher.accept(envelopes),
      atOnceConsumers: () => this.#started().atOnceConsumers,
      watch: this.#watch,
    });
  }

  /**
   * Registers the consumers and begins to hand events to them. Throws ConsumerConflict when they do
   * not go together, or when the database knows consumers that this build does not contain.
   */
  async start(consumers: readonly Consumer[]): Promise<void> {
    const registry = await registerConsumers(this.#database, consumers);
    this.#isOutdated = registry.unknown.length > 0;
    if (this.#isOutdated) this.#admitUnknown(registry.unknown);

    const knownIds = registry.consumers.map((consumer) => consumer.id);
    const tools = {
      database: this.#database,
      inTransaction: this.inTransaction,
      watch: this.#watch,
      log: this.#log,
    };
    const dispatcher = new Dispatcher({
      consumers: registry.consumers,
      handle: (deliveries) => handleBatch(tools, deliveries),
      finish: (ids) => this.#finish(ids, knownIds),
      limits: this.#options.limits ?? DEFAULT_LIMITS,
      log: this.#log,
    });
    const relay = new Relay({
      ...tools,
      dispatcher,
      mayTakeOver: () => !this.#isOutdated,
      leaseMs: this.#options.leaseMs,
    });
    await relay.register();
    const { atOnce = true } = this.#options;
    const atOnceConsumers = registry.consumers.filter(({ consumer }) => atOnce && consumer.atOnce);
    this.#running = { dispatcher, relay, atOnceConsumers, repetitions: [] };
    await relay.round();
    this.#running.repetitions = this.#repeat(relay, registry);
  }

  /** True while so much waits that new work should be refused. */
  get isOverloaded(): boolean {
    return this.#running?.dispatcher.isOverloaded ?? false;
  }

  /** What this instance has done and has in hand, for metrics. */
  get activity(): Activity {
    const { dispatcher, relay } = this.#started();
    return {
      eventsInMemory: dispatcher.eventsInMemory,
      handledEvents: dispatcher.handledEvents,
      takenOver: relay.takenOver,
      atOnceFailures: this.#watch.atOnceFailures,
      afterCommitFailures: this.#watch.afterCommitFailures,
    };
  }

  /**
   * Resolves when everything that this instance has recorded so far is handled, what it caused and
   * what was left in the outbox for want of room included.
   */
  async settled(): Promise<void> {
    const { dispatcher, relay } = this.#started();
    for (;;) {
      await dispatcher.idle();
      if (!dispatcher.hasLeft) return;
      await relay.round();
    }
  }

  /** Finishes what is in hand (bounded in time), and leaves the rest in the outbox. */
  async stop(): Promise<void> {
    const { dispatcher, relay, repetitions } = this.#started();
    this.#isStopping = true;
    await Promise.all(repetitions.map((repetition) => repetition.stop()));
    const drained = await Promise.race([
      dispatcher.idle().then(() => true),
      new Promise<false>((resolve) => setTimeout(resolve, DRAIN_MS, false).unref()),
    ]);
    dispatcher.close();
    if (!drained) this.#log.warn('events are left in the outbox for the next start');
    await relay.leave();
  }

  #admitUnknown(unknown: readonly string[]): void {
    const names = unknown.join(', ');
    if (!this.#options.allowUnknownConsumers) {
      throw new ConsumerConflict(
        `the database knows event consumers that this build does not contain: ${names}. ` +
          'Run a newer build; or retire them with `npm run retire-consumer -- NAME`; or, to go ' +
          'back to an older build for a while, set SHOP_EVENTS_ALLOW_UNKNOWN=on',
      );
    }
    this.#log.warn({ unknown }, 'events are kept for consumers that this build does not contain');
  }

  /** Marks envelopes as done, or leaves them to a build that contains more consumers. */
  async #finish(ids: readonly Id[], knownIds: readonly number[]): Promise<void> {
    if (!this.#isOutdated && (await markDispatched(this.#database, ids, knownIds))) return;
    if (!this.#isOutdated && (await hasOtherConsumers(this.#database, knownIds))) {
      this.#isOutdated = true;
      this.#log.warn('another build has brought consumers; envelopes are left to it from now on');
    }
    await disown(this.#database, ids);
  }

  #repeat(relay: Relay, registry: Registry): Repetition[] {
    const { heartbeatMs } = this.#options;
    const byId = new Map(registry.consumers.map((consumer) => [consumer.id, consumer]));
    const tools = {
      database: this.#database,
      inTransaction: this.inTransaction,
      watch: this.#watch,
      log: this.#log,
    };
    return [
      every(heartbeatMs, 'the relay', () => relay.round(), this.#log),
      every(
        heartbeatMs,
        'retrying parked events',
        () => retryParkedEvents(tools, byId, () => this.#isStopping),
        this.#log,
      ),
    ];
  }

  #started(): Running {
    if (!this.#running) throw new Error('the event backbone has not been started');
    return this.#running;
  }
}
