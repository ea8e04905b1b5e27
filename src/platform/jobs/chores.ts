import { Queue, Worker } from 'bullmq';
import type { Redis } from '../cache/redis.ts';
import type { Logger } from '../logging/logger.ts';

/** Work that recurs and that one instance at a time does for all. Safe to repeat at any time. */
export type Chore = {
  /** Unique, without a colon (BullMQ refuses it). */
  readonly name: string;
  readonly everyMs: number;
  readonly run: () => Promise<void>;
};

const QUEUE = 'chores';

/** Runs the chores on a BullMQ schedule, which several instances share. */
export class Chores {
  readonly #queue: Queue;
  readonly #worker: Worker;
  readonly #chores: ReadonlyMap<string, Chore>;
  readonly #log: Logger;

  constructor(redis: Redis, prefix: string, chores: readonly Chore[], log: Logger) {
    this.#chores = new Map(chores.map((chore) => [chore.name, chore]));
    this.#log = log;
    this.#queue = new Queue(QUEUE, { connection: redis, prefix });
    this.#worker = new Worker(
      QUEUE,
      async (job) => {
        const chore = this.#chores.get(job.name);
        // A chore of another build, which shares the queue: that build's instances do it.
        if (!chore) return;
        await chore.run();
      },
      { connection: redis, prefix, autorun: false },
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
    void this.#schedule().catch((error: unknown) => {
      this.#log.error({ err: error }, 'the chores could not be scheduled');
    });
  }

  async #schedule(): Promise<void> {
    for (const { name, everyMs } of this.#chores.values()) {
      await this.#queue.upsertJobScheduler(
        name,
        { every: everyMs },
        // Finished jobs are of no use, and BullMQ keeps them for ever otherwise.
        { name, opts: { removeOnComplete: true, removeOnFail: 100 } },
      );
    }
  }

  async stop(): Promise<void> {
    await this.#worker.close();
    await this.#queue.close();
  }
}
