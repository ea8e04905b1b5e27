import { backOff } from '../batching/backoff.ts';
import { Collector } from '../batching/collector.ts';
import type { Id } from '../ids/id.ts';
import type { Logger } from '../logging/logger.ts';
import type { RegisteredConsumer } from './consumer-registry.ts';
import type { RecordedEvent } from './define-event.ts';
import type { Delivery } from './deliveries.ts';
import type { Envelope } from './envelope.ts';

export type DispatcherOptions = {
  consumers: readonly RegisteredConsumer[];
  /** Handles one lane's deliveries; throws when the database is out of reach. */
  handle: (deliveries: readonly Delivery[]) => Promise<void>;
  /** Notes that all consumers are done with envelopes; throws when the database is out of reach. */
  finish: (ids: readonly Id[]) => Promise<void>;
  limits: MemoryLimits;
  log: Logger;
};

/** What may be in memory; beyond it envelopes stay in the outbox until there is room. */
export type MemoryLimits = { events: number; bytes: number };

export const DEFAULT_LIMITS: MemoryLimits = { events: 12_000, bytes: 64 * 1024 * 1024 };

/** Events that one transaction of a lane handles at the most. */
const MAX_EVENTS_PER_BATCH = 512;
/** What had better wait for others that are on their way waits no longer than this. */
const PATIENCE_MS = 15;
/** A busy lane waits so long for company; measured best for throughput and latency together. */
const LANE_PAUSE_MS = 1;
/** Marks may lag: one that is lost with the process costs a redelivery that the inbox drops. */
const MARKER_REST_MS = 100;
const MARKS_AT_ONCE = 500;
/** Events left in the outbox, in units of what fits into memory, from which new work is refused. */
const OVERLOADED_FROM = 8;

/** A delivery that waits, with the number of events that its consumer will handle. */
type WaitingDelivery = Delivery & { readonly eventCount: number };

/** An envelope in memory, with the consumers that are not done with it. */
type OpenEnvelope = { eventCount: number; bytes: number; waitingFor: Set<number> };

/**
 * Hands committed envelopes, from memory, to the lanes of their consumers, and has them marked when
 * all are done.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #lanes = new Map<string, Collector<WaitingDelivery>>();
  readonly #marker: Collector<Id>;
  /** Consumers by the names of the events that they subscribe to. */
  readonly #byEvent = new Map<string, RegisteredConsumer[]>();
  /** Envelopes in memory; nobody is waited for while they are being marked. */
  readonly #open = new Map<Id, OpenEnvelope>();
  readonly #handledEvents = new Map<string, number>();
  #events = 0;
  #bytes = 0;
  #leftEvents = 0;
  #closed = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#marker = new Collector({
      maxWeight: MARKS_AT_ONCE,
      pauseMs: 0,
      restMs: MARKER_REST_MS,
      run: (ids) => this.#mark(ids),
    });
    for (const to of options.consumers) {
      const { lane, on } = to.consumer;
      if (!this.#lanes.has(lane)) this.#lanes.set(lane, this.#createLane(lane));
      for (const { name } of on) this.#byEvent.set(name, [...(this.#byEvent.get(name) ?? []), to]);
    }
  }

  /** True when envelopes had to be left in the outbox since `readAgain` was called. */
  get hasLeft(): boolean {
    return this.#leftEvents > 0;
  }

  /** True while so much is left that new work should be refused. */
  get isOverloaded(): boolean {
    return this.#leftEvents > this.#options.limits.events * OVERLOADED_FROM;
  }

  get hasRoom(): boolean {
    const { events, bytes } = this.#options.limits;
    return !this.#closed && this.#events < events / 2 && this.#bytes < bytes / 2;
  }

  /** Events handled so far by this instance, by consumer. */
  get handledEvents(): ReadonlyMap<string, number> {
    return this.#handledEvents;
  }

  get eventsInMemory(): number {
    return this.#events;
  }

  /**
   * Takes committed envelopes. One that is in memory already is left alone; one that finds no room
   * stays in the outbox, from where it is read later.
   */
  accept(envelopes: readonly Envelope[]): void {
    for (const envelope of envelopes) {
      if (this.#open.has(envelope.id)) continue;
      if (this.#closed || this.#isFull()) this.leave(envelope.events.length);
      else this.#deliver(envelope);
    }
  }

  /** Notes that events were left in the outbox (at least one envelope, if the number is not known). */
  leave(events = 1): void {
    this.#leftEvents += events;
  }

  /** Begins a reading of the outbox: what is left from here on is noted anew. */
  readAgain(): void {
    this.#leftEvents = 0;
  }

  /** Gives up what is in memory and not in hand: it belongs to another instance now. */
  drop(): void {
    for (const lane of this.#lanes.values()) {
      for (const { envelope } of lane.clear()) this.#forget(envelope.id);
    }
    for (const id of this.#marker.clear()) this.#forget(id);
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

  #isFull(): boolean {
    const { events, bytes } = this.#options.limits;
    return this.#events >= events || this.#bytes >= bytes;
  }

  #deliver(envelope: Envelope): void {
    const { id, bytes, events, handledBy } = envelope;
    const deliveries: WaitingDelivery[] = [];
    for (const [to, eventCount] of this.#interestIn(events)) {
      if (handledBy?.has(to.id)) this.#count(to, eventCount);
      else deliveries.push({ to, envelope, eventCount });
    }
    const waitingFor = new Set(deliveries.map(({ to }) => to.id));
    this.#open.set(id, { eventCount: events.length, bytes, waitingFor });
    this.#events += events.length;
    this.#bytes += bytes;
    if (deliveries.length === 0) this.#marker.add(id, true);
    for (const delivery of deliveries) {
      const { to } = delivery;
      this.#lanes.get(to.consumer.lane)?.add(delivery, to.isPatientWith(events));
    }
  }

  /** Who wants some of the events, and how many of them. */
  #interestIn(events: readonly RecordedEvent[]): Map<RegisteredConsumer, number> {
    const interest = new Map<RegisteredConsumer, number>();
    for (const event of events) {
      for (const to of this.#byEvent.get(event.name) ?? []) {
        if (to.wants(event)) interest.set(to, (interest.get(to) ?? 0) + 1);
      }
    }
    return interest;
  }

  #createLane(name: string): Collector<WaitingDelivery> {
    return new Collector({
      maxWeight: MAX_EVENTS_PER_BATCH,
      weigh: ({ eventCount }) => eventCount,
      pauseMs: LANE_PAUSE_MS,
      ...this.#waitsOf(name),
      run: async (deliveries) => {
        const handled = await this.#persist(`lane ${name}`, () => this.#options.handle(deliveries));
        if (!handled) return;
        for (const delivery of deliveries) this.#done(delivery);
      },
    });
  }

  /** A lane rests only when none of its consumers has anybody waiting. */
  #waitsOf(lane: string): { patienceMs: number } | { restMs: number } {
    const own = this.#options.consumers.filter(({ consumer }) => consumer.lane === lane);
    const restMs = Math.min(...own.map(({ consumer }) => consumer.restMs ?? 0));
    return restMs > 0 ? { restMs } : { patienceMs: PATIENCE_MS };
  }

  #count({ consumer: { name } }: RegisteredConsumer, events: number): void {
    this.#handledEvents.set(name, (this.#handledEvents.get(name) ?? 0) + events);
  }

  #done({ to, envelope, eventCount }: WaitingDelivery): void {
    this.#count(to, eventCount);
    // An envelope that was dropped while a lane had it in hand, and came back, is done twice there:
    // counting would mark it before the other lanes have seen it.
    const waitingFor = this.#open.get(envelope.id)?.waitingFor;
    if (waitingFor?.delete(to.id) && waitingFor.size === 0) this.#marker.add(envelope.id, true);
  }

  async #mark(ids: Id[]): Promise<void> {
    const marked = await this.#persist('marking', () => this.#options.finish(ids));
    if (marked) ids.forEach((id) => this.#forget(id));
  }

  #forget(id: Id): void {
    const entry = this.#open.get(id);
    if (!entry) return;
    this.#open.delete(id);
    this.#events -= entry.eventCount;
    this.#bytes -= entry.bytes;
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
