import { inject } from 'vitest';
import { buildApp, type App } from '../../src/app.ts';
import { loadConfig } from '../../src/platform/config/config.ts';
import { newId } from '../../src/platform/ids/id.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import { createApiClient, type ApiClient } from './api-client.ts';
import { startShop, type TestShop } from './start-shop.ts';

export type SecondShop = { app: App; api: ApiClient };

type TwoShops = {
  first: TestShop;
  second: SecondShop;
  /** Of everything that the two keep in Redis. */
  prefix: string;
  stop: () => Promise<void>;
};

/** Two shops on one database and one Redis; tokens of one are good for the other. */
export async function startTwoShops(more: Record<string, string> = {}): Promise<TwoShops> {
  const prefix = `test-${newId()}`;
  const environment = { SHOP_REDIS_PREFIX: prefix, SHOP_JWT_SECRET: newId(), ...more };
  const first = await startShop(environment);
  const config = loadConfig({ ...environment, SHOP_RATE_LIMIT: 'off', LOG_LEVEL: 'silent' });
  const connections = { databaseUrl: first.databaseUrl, redisUrl: inject('redisUrl') };
  const app = await buildApp(config, connections, createLogger(config.logLevel));
  const url = await app.server.listen({ host: '127.0.0.1', port: 0 });
  return {
    first,
    second: { app, api: createApiClient(url) },
    prefix,
    stop: async () => {
      await app.stop();
      await first.stop();
    },
  };
}
