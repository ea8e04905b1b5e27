import type { Logger } from '../logging/logger.ts';
import type { Redis } from './redis.ts';

/** Drops what a cache has for these keys, or all that it has. */
export type Forget = (keys: readonly string[] | 'all') => void;

/** More keys than this are told as "all": the message must stay small. */
const MOST_KEYS = 1000;
/** How often the connection is tried, and how long an answer may take: a peer can go without a word. */
const PULSE_MS = 2000;

/**
 * Tells the caches of all instances what has changed, over Redis pub/sub. While messages may be lost
 * (Redis is away, or was) caches are told to forget everything and had better keep nothing; when an
 * instance dies between its commit and its message, the others do not hear of the change, so whatever
 * is cached needs an end of its own, too.
 */
export class Invalidations {
  readonly #redis: Redis;
  readonly #subscriber: Redis;
  readonly #channel: string;
  readonly #log: Logger;
  readonly #caches = new Map<string, Forget>();
  #isHearing = false;
  /** From the start until the end. */
  #pulse: NodeJS.Timeout | undefined;

  constructor(parts: { redis: Redis; prefix: string; log: Logger }) {
    this.#redis = parts.redis;
    this.#channel = `${parts.prefix}:invalidations`;
    this.#log = parts.log;
    // Subscribed by hand on every new connection: what was missed before counts as changed.
    this.#subscriber = parts.redis.duplicate({
      lazyConnect: true,
      autoResubscribe: false,
      commandTimeout: PULSE_MS,
    });
    // The shop's own connection reports an outage.
    this.#subscriber.on('error', () => undefined);
    this.#subscriber.on('ready', () => void this.#subscribe());
    this.#subscriber.on('close', () => {
      this.#isHearing = false;
    });
    this.#subscriber.on('message', (_channel: string, message: string) => this.#hear(message));
  }

  /** Registers a cache under a name that is the same in all instances. */
  register(cache: string, forget: Forget): void {
    this.#caches.set(cache, forget);
  }

  /** Whether changes that other instances make are heard here. */
  get isHearing(): boolean {
    return this.#isHearing;
  }

  /** Begins to listen; does not wait for Redis. */
  start(): void {
    this.#pulse = setInterval(() => void this.#feelPulse(), PULSE_MS);
    // Tried again by itself.
    this.#subscriber.connect().catch(() => undefined);
  }

  stop(): void {
    this.#isHearing = false;
    clearInterval(this.#pulse);
    this.#pulse = undefined;
    this.#subscriber.disconnect();
  }

  /** Has this instance's cache forget what has changed, and those of the others as soon as may be. */
  tell(cache: string, keys: readonly string[]): void {
    this.#caches.get(cache)?.(keys);
    const message = JSON.stringify({ cache, keys: keys.length > MOST_KEYS ? 'all' : keys });
    this.#redis.publish(this.#channel, message).catch((error: unknown) => {
      this.#log.debug({ err: error, cache }, 'other instances were not told of a change');
    });
  }

  async #subscribe(): Promise<void> {
    try {
      await this.#subscriber.subscribe(this.#channel);
      this.#forgetEverything();
      this.#isHearing = true;
    } catch {
      // The connection is gone again, or of no use: another one is made, unless this is the end.
      if (this.#pulse !== undefined) this.#subscriber.disconnect(true);
    }
  }

  async #feelPulse(): Promise<void> {
    if (!this.#isHearing) return;
    try {
      await this.#subscriber.ping();
    } catch {
      if (!this.#isHearing) return;
      this.#isHearing = false;
      this.#subscriber.disconnect(true);
    }
  }

  #hear(message: string): void {
    try {
      const { cache, keys } = JSON.parse(message) as { cache: string; keys: string[] | 'all' };
      this.#caches.get(cache)?.(keys);
    } catch (error) {
      // As another build writes it, perhaps.
      this.#log.warn({ err: error }, 'a message about a change cannot be read');
      this.#forgetEverything();
    }
  }

  #forgetEverything(): void {
    for (const forget of this.#caches.values()) forget('all');
  }
}
