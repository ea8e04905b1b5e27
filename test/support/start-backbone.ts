import { join } from 'node:path';
import type { Pool } from '../../src/platform/database/pool.ts';
import { Database } from '../../src/platform/database/database.ts';
import { migrateDatabase } from '../../src/platform/database/migrate.ts';
import type { Consumer } from '../../src/platform/events/consumer.ts';
import { EventBackbone, type BackboneOptions } from '../../src/platform/events/event-backbone.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import { projectRoot } from '../../src/platform/config/project-root.ts';
import { createTestDatabase } from './test-database.ts';

export const TIMING = { heartbeatMs: 50, leaseMs: 400 };

/** The event backbone without a shop around it, on a database of its own with an effects table. */
export async function createBackboneRig(wrapPool: (pool: Pool) => Pool = (pool) => pool) {
  const testDatabase = await createTestDatabase();
  await migrateDatabase(testDatabase.url, join(projectRoot(), 'migrations'));
  const database = Database.open(testDatabase.url, 16);
  await database.write(
    `CREATE TABLE test_effects (
       id BIGINT AUTO_INCREMENT PRIMARY KEY, consumer VARCHAR(50) NOT NULL, note VARCHAR(50) NOT NULL)`,
  );
  const running = new Set<EventBackbone>();
  const log = createLogger(process.env.TEST_LOG_LEVEL ?? 'silent');
  return {
    database,
    start: async (consumers: readonly Consumer[], options: Partial<BackboneOptions> = {}) => {
      const wrapped = Object.create(database, {
        transactionPool: { value: wrapPool(database.transactionPool) },
      }) as Database;
      const backbone = new EventBackbone(wrapped, { ...TIMING, ...options }, log);
      await backbone.start(consumers);
      running.add(backbone);
      return backbone;
    },
    stop: async (backbone: EventBackbone) => {
      running.delete(backbone);
      await backbone.stop();
    },
    close: async () => {
      await Promise.all([...running].map((backbone) => backbone.stop()));
      await database.close();
      await testDatabase.drop();
    },
  };
}

/** What a consumer has done, in order. */
export async function effectsOf(database: Database, consumer: string): Promise<string[]> {
  const rows = await database.select<{ note: string }>(
    'SELECT note FROM test_effects WHERE consumer = ? ORDER BY id',
    [consumer],
  );
  return rows.map((row) => row.note);
}
