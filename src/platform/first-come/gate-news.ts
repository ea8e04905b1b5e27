import type { Redis } from '../cache/redis.ts';
import type { Id } from '../ids/id.ts';
import type { Logger } from '../logging/logger.ts';
import type { Claim } from './first-come.rules.ts';
import type { GateKeys } from './gate-keys.ts';
import type { GateRedis } from './gate-redis.ts';

/** A server that still reads its file is asked again so soon. */
const LOADING_RETRY_MS = 100;

/** What one instance tells all: a campaign has a new epoch, or (without one) other terms. */
type News = { from: Id; campaignId: Id; epoch?: number };

export type NewsHandlers = {
  onChange: (campaignId: Id, epoch: number | undefined) => void;
  onStored: (claims: readonly Claim[]) => void;
};

/**
 * What instances tell each other, over pub/sub. Any message may be lost: answers from memory end by
 * themselves, and waiters ask again.
 */
export class GateNews {
  readonly #redis: GateRedis;
  readonly #keys: GateKeys;
  readonly #instanceId: Id;
  readonly #log: Logger;
  readonly #subscriber: Redis;

  constructor(parts: {
    connection: Redis;
    redis: GateRedis;
    keys: GateKeys;
    instanceId: Id;
    handlers: NewsHandlers;
    log: Logger;
  }) {
    this.#redis = parts.redis;
    this.#keys = parts.keys;
    this.#instanceId = parts.instanceId;
    this.#log = parts.log;
    this.#subscriber = parts.connection.duplicate({
      lazyConnect: true,
      maxLoadingRetryTime: LOADING_RETRY_MS,
    });
    // The shop's own connection reports an outage.
    this.#subscriber.on('error', () => undefined);
    this.#subscriber.on('message', (channel: string, message: string) => {
      if (channel === this.#keys.news) this.#hear(JSON.parse(message) as News, parts.handlers);
      else parts.handlers.onStored(JSON.parse(message) as Claim[]);
    });
  }

  /** Begins to listen; does not wait for Redis, and listens again whenever it comes back. */
  start(): void {
    const channels = [this.#keys.news, this.#keys.answersTo(this.#instanceId)];
    this.#subscriber.subscribe(...channels).catch((error: unknown) => {
      this.#log.warn({ err: error }, 'a first-come gate does not hear the other instances');
    });
  }

  stop(): void {
    this.#subscriber.disconnect();
  }

  tellChange(campaignId: Id, epoch?: number): void {
    const news: News = {
      from: this.#instanceId,
      campaignId,
      ...(epoch !== undefined && { epoch }),
    };
    this.#send(this.#keys.news, news);
  }

  /** Tells another instance which claims of its waiters are stored. */
  tellStored(instanceId: Id, claims: readonly Claim[]): void {
    this.#send(this.#keys.answersTo(instanceId), claims);
  }

  #hear({ from, campaignId, epoch }: News, handlers: NewsHandlers): void {
    if (from !== this.#instanceId) handlers.onChange(campaignId, epoch);
  }

  #send(channel: string, message: unknown): void {
    this.#redis.publishMessage(channel, JSON.stringify(message)).catch((error: unknown) => {
      this.#log.debug(
        { err: error, channel },
        'other instances were not told; they ask by themselves',
      );
    });
  }
}
