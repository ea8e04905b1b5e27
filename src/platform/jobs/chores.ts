import { Queue, Worker } from 'bullmq';
import type { Redis } from '../cache/redis.ts';
import { every, type Repetition } from '../lifecycle/every.ts';
import type { Logger } from '../logging/logger.ts';

/** Work that recurs and that one instance at a time does for all. Safe to repeat at any time. */
export type Chore = {
  /** Unique, without a colon (BullMQ refuses it). */
  readonly name: string;
  readonly everyMs: number;
  /** @param signal is aborted when the shop stops: what is left is the next round's */
  readonly run: (signal: AbortSignal) => Promise<void>;
};

const QUEUE = 'chores';
/** How often the schedule is written again: Redis may have been flushed or replaced meanwhile. */
const SWEEP_MS = 60_000;

/**
 * Runs the chores on a BullMQ schedule, which several instances share. BullMQ goes by the hosts'
 * clocks: where these differ, chores come early or late by as much, and nothing else.
 */
export class Chores {
  readonly #redis: Redis;
  readonly #queue: Queue;
  readonly #worker: Worker;
  readonly #chores: ReadonlyMap<string, Chore>;
  readonly #log: Logger;
  readonly #sweepMs: number;
  readonly #stopping = new AbortController();
  #sweep: Repetition | undefined;

  constructor(
    redis: Redis,
    prefix: string,
    chores: readonly Chore[],
    log: Logger,
    sweepMs = SWEEP_MS,
  ) {
    this.#chores = new Map(chores.map((chore) => [chore.name, chore]));
    this.#redis = redis;
    this.#log = log;
    this.#sweepMs = sweepMs;
    this.#queue = new Queue(QUEUE, { connection: redis, prefix });
    this.#worker = new Worker(
      QUEUE,
      async ({ name }) => this.#chores.get(name)?.run(this.#stopping.signal),
      {
        connection: redis,
        prefix,
        autorun: false,
      },
    );
    this.#worker.on('failed', (job, error) =>
      log.error({ err: error, chore: job?.name }, 'a chore failed'),
    );
    // Without a listener an outage of Redis would end the process; the connection reports it.
    this.#queue.on('error', () => undefined);
    this.#worker.on('error', () => undefined);
  }

  /** Schedules every chore and begins to work; does not wait for Redis, which may be away. */
  start(): void {
    void this.#worker.run().catch((error: unknown) => {
      this.#log.error({ err: error }, 'the worker of the chores ended');
    });
    this.#sweep = every(this.#sweepMs, 'scheduling chores', () => this.#schedule(), this.#log);
    void this.#schedule().catch((error: unknown) => {
      this.#log.error({ err: error }, 'the chores could not be scheduled');
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    // Not waited for: with Redis away a round would not end.
    void this.#sweep?.stop();
    // Neither would an orderly close, which says goodbye to the server.
    const isAway = this.#redis.status !== 'ready';
    await this.#worker.close(isAway);
    await this.#queue.close();
  }

  async #schedule(): Promise<void> {
    await Promise.all(
      [...this.#chores.values()].map(({ name, everyMs }) =>
        this.#queue.upsertJobScheduler(
          name,
          { every: everyMs },
          // Finished jobs are of no use, and BullMQ keeps them for ever otherwise.
          { name, opts: { removeOnComplete: true, removeOnFail: 100 } },
        ),
      ),
    );
  }
}
