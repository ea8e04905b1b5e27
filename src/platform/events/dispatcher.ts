import { Collector } from '../batching/collector.ts';
import { backOff } from '../batching/backoff.ts';
import type { Id } from '../ids/id.ts';
import type { Logger } from '../logging/logger.ts';
import type { RegisteredConsumer } from './consumer-registry.ts';
import type { Envelope } from './envelope.ts';
import type { Delivery } from './handle-batch.ts';

export type DispatcherOptions = {
  consumers: readonly RegisteredConsumer[];
  /** Handles one lane's deliveries; throws when the database is out of reach. */
  handle: (deliveries: readonly Delivery[]) => Promise<void>;
  markDispatched: (ids: readonly Id[]) => Promise<void>;
  log: Logger;
  /** Events in memory at the most; beyond it envelopes stay in the outbox until there is room. */
  maxEventsInMemory?: number;
};

/** Events that one transaction of a lane handles at the most. */
const MAX_EVENTS_PER_BATCH = 512;
/** A busy lane waits so long for company; measured best for throughput and latency together. */
const LANE_PAUSE_MS = 1;
/** Marks may lag: a mark that is lost with the process only costs a redelivery that the inbox drops. */
const MARK_PAUSE_MS = 20;
const DEFAULT_MAX_EVENTS = 20_000;

/**
 * Hands committed envelopes, from memory, to the lanes of their consumers, and marks them as
 * dispatched when all are done.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #maxEvents: number;
  readonly #lanes = new Map<string, Collector<Delivery>>();
  readonly #marker: Collector<Id>;
  /** Envelopes in memory, with the number of consumers that are not done; 0 while being marked. */
  readonly #open = new Map<Id, { eventCount: number; remaining: number }>();
  #eventsInMemory = 0;
  #spilled = false;
  #closed = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#maxEvents = options.maxEventsInMemory ?? DEFAULT_MAX_EVENTS;
    this.#marker = new Collector({
      maxWeight: 500,
      pauseMs: MARK_PAUSE_MS,
      run: (ids) => this.#mark(ids),
    });
    for (const { lane } of options.consumers) {
      if (!this.#lanes.has(lane)) this.#lanes.set(lane, this.#createLane(lane));
    }
  }

  /** True when envelopes had to be left in the outbox. */
  get spilled(): boolean {
    return this.#spilled;
  }

  set spilled(value: boolean) {
    this.#spilled = value;
  }

  get hasRoom(): boolean {
    return !this.#closed && this.#eventsInMemory < this.#maxEvents / 2;
  }

  /**
   * Takes committed envelopes. One that is in memory already is left alone; one that finds no room
   * stays in the outbox, from where it is read later.
   */
  accept(envelopes: readonly Envelope[]): void {
    for (const envelope of envelopes) {
      if (this.#open.has(envelope.id)) continue;
      if (this.#closed || this.#eventsInMemory >= this.#maxEvents) {
        this.#spilled = true;
        continue;
      }
      this.#deliver(envelope);
    }
  }

  /** Stops taking envelopes; what is not in hand yet is left to the outbox. */
  close(): void {
    this.#closed = true;
  }

  /** Resolves when every envelope in memory is handled and marked. */
  async idle(): Promise<void> {
    const collectors = [...this.#lanes.values(), this.#marker];
    // A lane's work may wake another lane: ask all of them again until none is busy.
    while (collectors.some((collector) => collector.busy)) {
      await Promise.all(collectors.map((collector) => collector.idle()));
    }
  }

  #deliver(envelope: Envelope): void {
    const interested = this.#options.consumers.filter((consumer) =>
      envelope.events.some((event) => consumer.wants(event.name)),
    );
    const eventCount = envelope.events.length;
    this.#open.set(envelope.id, { eventCount, remaining: interested.length });
    this.#eventsInMemory += eventCount;
    if (interested.length === 0) this.#marker.add(envelope.id);
    for (const consumer of interested) {
      this.#lanes.get(consumer.lane)?.add({ consumer, envelope });
    }
  }

  #createLane(name: string): Collector<Delivery> {
    return new Collector({
      maxWeight: MAX_EVENTS_PER_BATCH,
      weigh: (delivery) => delivery.envelope.events.length,
      pauseMs: LANE_PAUSE_MS,
      run: async (deliveries) => {
        const handled = await this.#persist(`lane ${name}`, () => this.#options.handle(deliveries));
        if (!handled) return;
        for (const { envelope } of deliveries) this.#done(envelope.id);
      },
    });
  }

  #done(id: Id): void {
    const entry = this.#open.get(id);
    if (!entry) return;
    entry.remaining -= 1;
    if (entry.remaining === 0) this.#marker.add(id);
  }

  async #mark(ids: Id[]): Promise<void> {
    const marked = await this.#persist('marking', () => this.#options.markDispatched(ids));
    if (!marked) return;
    for (const id of ids) {
      this.#eventsInMemory -= this.#open.get(id)?.eventCount ?? 0;
      this.#open.delete(id);
    }
  }

  /**
   * Repeats the work until the database answers. Ends early when the dispatcher is closed: the
   * envelopes are in the outbox, and whoever comes next takes them from there.
   * @returns whether the work was done
   */
  async #persist(what: string, work: () => Promise<void>): Promise<boolean> {
    for (let retry = 1; ; retry += 1) {
      try {
        await work();
        return true;
      } catch (error) {
        this.#options.log.error({ err: error, retry }, `${what} failed; trying again`);
        if (this.#closed) return false;
        await backOff(retry, 100, 5000);
      }
    }
  }
}
