import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { buildApp, type App } from '../../src/app.ts';
import { loadConfig } from '../../src/platform/config/config.ts';
import { Database } from '../../src/platform/database/database.ts';
import { newId } from '../../src/platform/ids/id.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import { createApiClient, type ApiClient } from './api-client.ts';
import { createTestDatabase } from './test-database.ts';

export const OWNER = { loginId: 'owner', password: 'owner-password' };

export type TestShop = {
  app: App;
  api: ApiClient;
  url: string;
  /** Looks into the database beside the shop. */
  database: Database;
  databaseUrl: string;
  /** An access token of the shop's owner. */
  ownerToken: string;
  stop: () => Promise<void>;
};

/**
 * A whole shop on a free port, with a database and a Redis prefix of its own, and no data.
 * @param reach gives the address at which the shop finds its database, such as a proxy's
 */
export async function startShop(
  environment: Record<string, string> = {},
  reach: (databaseUrl: string) => Promise<string> = (databaseUrl) => Promise.resolve(databaseUrl),
): Promise<TestShop> {
  const testDatabase = await createTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'seonchak-test-'));
  const config = loadConfig({
    SHOP_DATA_DIR: dataDir,
    SHOP_REDIS_PREFIX: `test-${newId()}`,
    SHOP_OWNER_LOGIN_ID: OWNER.loginId,
    SHOP_OWNER_PASSWORD: OWNER.password,
    SHOP_RATE_LIMIT: 'off',
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'silent',
    ...environment,
  });
  const databaseUrl = await reach(testDatabase.url);
  const connections = { databaseUrl, redisUrl: inject('redisUrl') };
  const app = await buildApp(config, connections, createLogger(config.logLevel));
  const url = await app.server.listen({ host: '127.0.0.1', port: 0 });
  const api = createApiClient(url);
  const login = await api.post('/admin/auth/login', { body: OWNER });
  const database = Database.open(testDatabase.url, 4);
  return {
    app,
    api,
    url,
    database,
    databaseUrl: testDatabase.url,
    ownerToken: login.body.accessToken,
    stop: async () => {
      await app.stop();
      await database.close();
      await testDatabase.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
