import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { projectRoot } from '../../../src/platform/config/project-root.ts';
import { Database } from '../../../src/platform/database/database.ts';
import { migrateDatabase } from '../../../src/platform/database/migrate.ts';
import * as tables from '../../../src/platform/events/events.tables.ts';
import { retentionChore } from '../../../src/platform/events/retention.ts';
import { idempotencyKeys } from '../../../src/platform/idempotency/idempotency.tables.ts';
import { fillTable } from '../../support/fill-table.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { UNSTOPPED } from '../../support/unstopped.ts';

let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  await migrateDatabase(testDatabase.url, join(projectRoot(), 'migrations'));
  database = Database.open(testDatabase.url, 2);
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});
beforeEach(async () => {
  for (const table of ['platform_outbox', 'platform_inbox', 'platform_idempotency_key']) {
    await database.write(`DELETE FROM ${table}`);
  }
});

/** Row `n` is `n` hours old. */
const HOURS_AGO = 'CURRENT_TIMESTAMP(3) - INTERVAL n HOUR';

async function purge(): Promise<void> {
  await retentionChore(database).run(UNSTOPPED);
}

async function oldestHours(table: string, column: string): Promise<number> {
  const [row] = await database.select<{ hours: number }>(
    `SELECT TIMESTAMPDIFF(HOUR, MIN(${column}), CURRENT_TIMESTAMP(3)) AS hours FROM ${table}`,
  );
  return Number(row?.hours);
}

describe('the purge of history', () => {
  it('keeps envelopes for three days, claims for four, keys for a week, and no longer', async () => {
    const old = { events: "'[]'", occurred_at: HOURS_AGO, dispatched_at: HOURS_AGO };
    await fillTable(database, tables.outbox, 300, old);
    await fillTable(database, tables.inbox, 300, { handled_at: HOURS_AGO });
    await fillTable(database, idempotencyKeys, 300, { created_at: HOURS_AGO });
    await purge();
    expect([
      await oldestHours('platform_outbox', 'dispatched_at'),
      await oldestHours('platform_inbox', 'handled_at'),
      await oldestHours('platform_idempotency_key', 'created_at'),
    ]).toEqual([3 * 24 - 1, 4 * 24 - 1, 7 * 24 - 1].map((hours) => expect.closeTo(hours, 0)));
  });

  it('takes more than one step for what is more than one', async () => {
    const old = { events: "'[]'", dispatched_at: 'CURRENT_TIMESTAMP(3) - INTERVAL 5 DAY' };
    await fillTable(database, tables.outbox, 2500, old);
    await purge();
    expect(await database.select('SELECT 1 FROM platform_outbox')).toEqual([]);
  });

  it('keeps an envelope that waits, and the claims made since it was written', async () => {
    const waiting = { events: "'[]'", occurred_at: 'CURRENT_TIMESTAMP(3) - INTERVAL 200 HOUR' };
    await fillTable(database, tables.outbox, 1, waiting);
    await fillTable(database, tables.inbox, 300, { handled_at: HOURS_AGO });
    await purge();
    expect(await oldestHours('platform_inbox', 'handled_at')).toEqual(expect.closeTo(200, 0));

    await database.write('UPDATE platform_outbox SET dispatched_at = CURRENT_TIMESTAMP(3)');
    await purge();
    expect(await oldestHours('platform_inbox', 'handled_at')).toBeLessThan(4 * 24);
    expect(await database.select('SELECT 1 FROM platform_outbox')).toHaveLength(1);
  });
});
