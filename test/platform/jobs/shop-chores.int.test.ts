import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { buildApp, type App } from '../../../src/app.ts';
import { loadConfig } from '../../../src/platform/config/config.ts';
import { projectRoot } from '../../../src/platform/config/project-root.ts';
import { Database } from '../../../src/platform/database/database.ts';
import { migrateDatabase } from '../../../src/platform/database/migrate.ts';
import { idToBytes, newId } from '../../../src/platform/ids/id.ts';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import { eventually } from '../../support/eventually.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

const id = () => idToBytes(newId());

let dataDir: string;
let testDatabase: TestDatabase;
let database: Database;
let app: App | undefined;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'seonchak-test-'));
  testDatabase = await createTestDatabase();
  await migrateDatabase(testDatabase.url, join(projectRoot(), 'migrations'));
  database = Database.open(testDatabase.url, 2);
});
afterAll(async () => {
  await app?.stop();
  await database.close();
  await testDatabase.drop();
  await rm(dataDir, { recursive: true });
});

/** What a shop that was closed for long finds: something for a chore of each who has chores. */
async function leaveChores(): Promise<void> {
  await database.write(
    `INSERT INTO platform_outbox (id, owner_id, events, event_count, dispatched_at)
     VALUES (?, ?, '[]', 0, CURRENT_TIMESTAMP(3) - INTERVAL 1 YEAR)`,
    [id(), id()],
  );
  await database.write(
    `INSERT INTO user_refresh_tokens (token_hash, family_id, subject_id, subject_kind, expires_at)
     VALUES (?, ?, ?, 'member', CURRENT_TIMESTAMP(3) - INTERVAL 1 YEAR)`,
    [Buffer.alloc(32), id(), id()],
  );
  await database.write(
    `INSERT INTO order_carts (id, token_hash, changed_at)
     VALUES (?, ?, CURRENT_TIMESTAMP(3) - INTERVAL 1 YEAR)`,
    [id(), Buffer.alloc(32)],
  );
  await database.write(
    `INSERT INTO coupon_member_coupons
       (id, coupon_id, member_id, claim_rank, state, expires_at, issued_at)
     VALUES (?, ?, ?, 1, 'issued', CURRENT_TIMESTAMP(3) + INTERVAL 1 DAY,
             CURRENT_TIMESTAMP(3) - INTERVAL 1 MONTH)`,
    [id(), id(), id()],
  );
}

/** How many of the rows that are left wait for their chore. */
async function undone(): Promise<Record<string, number>> {
  const [row] = await database.select<Record<string, number>>(
    `SELECT
       (SELECT COUNT(*) FROM platform_outbox
        WHERE dispatched_at < CURRENT_TIMESTAMP(3) - INTERVAL 30 DAY) AS history,
       (SELECT COUNT(*) FROM user_refresh_tokens) AS tokens,
       (SELECT COUNT(*) FROM order_carts) AS carts,
       (SELECT COUNT(*) FROM coupon_member_coupons WHERE reminded = 0) AS reminders`,
  );
  return row ?? {};
}

it("a shop does its own chores and its modules' from its start on", async () => {
  await leaveChores();
  expect(await undone()).toEqual({ history: 1, tokens: 1, carts: 1, reminders: 1 });
  app = await buildApp(
    loadConfig({
      SHOP_DATA_DIR: dataDir,
      SHOP_REDIS_PREFIX: `test-${newId()}`,
      LOG_LEVEL: 'silent',
    }),
    { databaseUrl: testDatabase.url, redisUrl: inject('redisUrl') },
    createLogger('silent'),
  );
  await eventually(async () => {
    expect(await undone()).toEqual({ history: 0, tokens: 0, carts: 0, reminders: 0 });
  });
});
