import { Queue, Worker } from 'bullmq';
import type { Redis } from '../cache/redis.ts';
import type { Id } from '../ids/id.ts';
import type { Logger } from '../logging/logger.ts';

/**
 * A job whose instance says nothing for so long goes to another one, after two more checks: those who
 * wait there are served within their two seconds. Two drains at once do no harm.
 */
const LOCK_MS = 1000;
const STALLED_CHECK_MS = 400;
/** A job is never given up for having been left lying: it is the campaign's only one. */
const MOST_STALLS = 1_000_000;
/** Campaigns that one instance drains at once. */
const AT_ONCE = 50;

type Job = { campaignId: Id };

export type DrainJobsParts = {
  redis: Redis;
  prefix: string;
  /** Of the queue; unique, without a colon (BullMQ refuses it). */
  name: string;
  drain: (campaignId: Id) => Promise<void>;
  /** Whether anything waits for a drain. */
  hasBacklog: (campaignId: Id) => Promise<boolean>;
  log: Logger;
};

type Bull = { queue: Queue<Job>; worker: Worker<Job> };

/**
 * One job per campaign and shop, which some instance does. It holds nothing: whoever finds entries
 * without a job adds it again.
 */
export class DrainJobs {
  readonly #parts: DrainJobsParts;
  #bull: Bull | undefined;
  /** Campaigns whose job is being added: while Redis is away, one addition each waits for it. */
  readonly #adding = new Map<Id, Promise<unknown>>();
  readonly #looks = new Set<Promise<void>>();

  constructor(parts: DrainJobsParts) {
    this.#parts = parts;
  }

  /** Begins to work; does not wait for Redis, which may be away. */
  start(): void {
    const { redis: connection, prefix, name, drain, log } = this.#parts;
    const queue = new Queue<Job>(name, { connection, prefix });
    const worker = new Worker<Job>(name, ({ data }) => drain(data.campaignId), {
      connection,
      prefix,
      autorun: false,
      concurrency: AT_ONCE,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      maxStalledCount: MOST_STALLS,
    });
    worker.on('completed', ({ data }) => this.#lookAgain(data.campaignId));
    // Tried again by the sweep: at once would go round in circles while a server is away.
    worker.on('failed', (job, error) =>
      log.error({ err: error, campaignId: job?.data.campaignId }, 'claims could not be stored'),
    );
    // Without a listener an outage of Redis would end the process; the connection reports it.
    queue.on('error', () => undefined);
    worker.on('error', () => undefined);
    void worker.run().catch((error: unknown) => {
      log.error({ err: error }, 'the worker of a first-come gate ended');
    });
    this.#bull = { queue, worker };
  }

  /** Sees to it that the campaign has a job. */
  add(campaignId: Id): void {
    if (!this.#bull || this.#adding.has(campaignId)) return;
    const adding = this.#bull.queue
      .add(
        'drain',
        { campaignId },
        // Not a job id: that one would be refused as long as anything is left of the last job.
        { deduplication: { id: campaignId }, removeOnComplete: true, removeOnFail: true },
      )
      .catch((error: unknown) => {
        this.#parts.log.warn({ err: error, campaignId }, 'a drain could not be called for');
      })
      .finally(() => this.#adding.delete(campaignId));
    this.#adding.set(campaignId, adding);
  }

  /** Waits for the jobs in hand, unless Redis is away. */
  async stop(): Promise<void> {
    if (!this.#bull) return;
    const { queue, worker } = this.#bull;
    // An orderly close says goodbye to the server, and would wait for it.
    const isAway = this.#parts.redis.status !== 'ready';
    await worker.close(isAway);
    if (!isAway) {
      await Promise.all(this.#looks);
      await Promise.all(this.#adding.values());
    }
    await queue.close();
  }

  /**
   * After the end of a job, not within it: an addition is dropped as long as the job is not over, and
   * a claim that came after its last look would stay for good.
   */
  #lookAgain(campaignId: Id): void {
    const look = this.#look(campaignId).finally(() => this.#looks.delete(look));
    this.#looks.add(look);
  }

  async #look(campaignId: Id): Promise<void> {
    // One that is still to be answered may have been dropped, and must not pass for the one to come.
    await this.#adding.get(campaignId);
    try {
      if (await this.#parts.hasBacklog(campaignId)) this.add(campaignId);
    } catch (error) {
      this.#parts.log.debug({ err: error, campaignId }, 'left to the sweep');
    }
  }
}
