import { createConnection } from 'mysql2/promise';
import type { TestProject } from 'vitest/node';
import { startLocalStack } from '../../src/platform/local-stack/local-stack.ts';

declare module 'vitest' {
  interface ProvidedContext {
    databaseUrl: string;
    redisUrl: string;
  }
}

/**
 * Brings up a private database and Redis for the whole run, apart from any shop's; or uses the
 * servers named by TEST_DATABASE_URL and TEST_REDIS_URL. Each test file makes a database of its own.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const given = {
    databaseUrl: process.env.TEST_DATABASE_URL,
    redisUrl: process.env.TEST_REDIS_URL,
  };
  const stack = await startLocalStack({
    dataDir: process.env.TEST_DATA_DIR ?? '.data/test',
    vendorDir: '.data/vendor',
    database: given.databaseUrl === undefined,
    redis: given.redisUrl === undefined,
    durable: false,
    log: (line) => process.stdout.write(`${line}\n`),
  });
  const databaseUrl = given.databaseUrl ?? stack.databaseUrl;
  const redisUrl = given.redisUrl ?? stack.redisUrl;
  if (databaseUrl === undefined || redisUrl === undefined) throw new Error('no servers to test on');
  if (stack.databaseUrl !== undefined) await dropLeftovers(stack.databaseUrl);
  project.provide('databaseUrl', databaseUrl);
  project.provide('redisUrl', redisUrl);
  return () => stack.stop();
}

/** Databases of a run that was killed; a server of one's own may hold another run's. */
async function dropLeftovers(databaseUrl: string): Promise<void> {
  const connection = await createConnection({ uri: databaseUrl });
  try {
    const [rows] = await connection.query("SHOW DATABASES LIKE 'seonchak\\_test\\_%'");
    for (const row of rows as Record<string, string>[]) {
      const [name] = Object.values(row);
      await connection.query('DROP DATABASE ??', [name]);
    }
  } finally {
    await connection.end();
  }
}
