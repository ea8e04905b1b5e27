import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { buildApp, type App } from '../../../src/app.ts';
import { closeRedis, openRedis, type Redis } from '../../../src/platform/cache/redis.ts';
import { loadConfig } from '../../../src/platform/config/config.ts';
import { Database } from '../../../src/platform/database/database.ts';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import type { Answered, Subject, SubjectServers } from '../subject.ts';

/** Looks at a shop that comes to rest; it takes moments. */
const LOOKS = 100;
const LOOK_MS = 50;

/** The shop as it is shipped, without its limits on how often one may ask. */
export type WholeShop = {
  app: App;
  /** Connections of the bench's own, to set the shop up and to audit it. */
  database: Database;
  redis: Redis;
  /** Of the shop's keys in Redis. */
  redisPrefix: string;
};

/** What a subject adds to the shop. */
export type ShopLoad = Pick<Subject, 'request' | 'sideLoad' | 'beginRound'> & {
  /** What does not add up once nothing moves any more, a line each. */
  faults: (answered: Answered) => Promise<string[]>;
};

/**
 * Opens a shop, has `prepare` fill it, and then listens.
 * @param environment of the shop, beyond what all of them have
 */
export async function startShop(
  { databaseUrl, redisUrl }: SubjectServers,
  prepare: (shop: WholeShop) => Promise<ShopLoad>,
  environment: Readonly<Record<string, string>> = {},
): Promise<Subject> {
  const dataDir = await mkdtemp(join(tmpdir(), 'seonchak-bench-'));
  const redisPrefix = new URL(databaseUrl).pathname.slice(1);
  const config = loadConfig({
    SHOP_DATA_DIR: dataDir,
    SHOP_REDIS_PREFIX: redisPrefix,
    SHOP_RATE_LIMIT: 'off',
    // Longer than a round: an order that hangs is not answered with 202, which would pass for 201.
    SHOP_ORDER_ANSWER_WAIT_MS: '30000',
    ...environment,
  });
  const log = createLogger('warn');
  const app = await buildApp(config, { databaseUrl, redisUrl }, log);
  const database = Database.open(databaseUrl, 1);
  const redis = openRedis(redisUrl, log);
  const { faults, ...load } = await prepare({ app, database, redis, redisPrefix });
  const url = await app.server.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    ...load,
    isExact: async (answered) => {
      const found = await faults(answered);
      if (found.length > 0) log.error({ faults: found }, 'the ledger does not add up');
      return found.length === 0;
    },
    stop: async () => {
      await app.stop();
      closeRedis(redis);
      await database.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

/**
 * Waits until what clients left behind at the end of a round is done, too: until two looks in a row
 * give the same number. What still moves then, shows in the ledger.
 * @param look undefined while something is known to be under way
 */
export async function comeToRest(app: App, look: () => Promise<number | undefined>): Promise<void> {
  let known: number | undefined;
  for (let looks = 0; looks < LOOKS; looks += 1) {
    await app.backbone.settled();
    const seen = await look();
    if (seen !== undefined && seen === known) return;
    known = seen;
    await pause(LOOK_MS);
  }
}
