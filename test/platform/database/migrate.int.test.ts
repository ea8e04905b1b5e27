import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../../src/platform/database/database.ts';
import { migrateDatabase } from '../../../src/platform/database/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

/** A step that cannot be done twice, and gives others time to try. */
const MIGRATION = `
  CREATE TABLE test_steps (id INT AUTO_INCREMENT PRIMARY KEY);
  --> statement-breakpoint
  DO SLEEP(0.2);
  --> statement-breakpoint
  INSERT INTO test_steps VALUES ();`;

const JOURNAL = {
  version: '7',
  dialect: 'mysql',
  entries: [{ idx: 0, version: '5', when: 1, tag: '0000_step', breakpoints: true }],
};

let folder: string;
let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seonchak-migrations-'));
  await mkdir(join(folder, 'meta'));
  await writeFile(join(folder, 'meta', '_journal.json'), JSON.stringify(JOURNAL));
  await writeFile(join(folder, '0000_step.sql'), MIGRATION);
  testDatabase = await createTestDatabase();
  database = Database.open(testDatabase.url, 1);
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
  await rm(folder, { recursive: true });
});

describe('instances that start at once', () => {
  it('migrate the database one after the other, each step once', async () => {
    await Promise.all(Array.from({ length: 3 }, () => migrateDatabase(testDatabase.url, folder)));
    expect(await database.select('SELECT id FROM test_steps')).toEqual([{ id: 1 }]);
  });
});
