import { Redis } from 'ioredis';
import type { Logger } from '../logging/logger.ts';

export type { Redis };

const MAX_RECONNECT_PAUSE_MS = 1000;

/**
 * Opens a connection that comes back by itself. Commands wait while it is away; those that must not
 * wait say so themselves.
 * @param url redis://…, rediss://…, or the path of a socket
 */
export function openRedis(url: string, log: Logger): Redis {
  const redis = new Redis(url, {
    // BullMQ demands null: a command of a blocking connection waits for the server to come back.
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) => Math.min(attempt * 50, MAX_RECONNECT_PAUSE_MS),
  });
  let down = false;
  redis.on('error', (error: unknown) => {
    // Every failed attempt to reconnect is an error event: one line an outage is enough.
    if (!down) log.error({ err: error }, 'Redis cannot be reached');
    down = true;
  });
  redis.on('ready', () => {
    if (down) log.info('Redis is back');
    down = false;
  });
  return redis;
}

/** Ends the connection; what waits for an absent server is given up. */
export function closeRedis(redis: Redis): void {
  redis.disconnect();
}
