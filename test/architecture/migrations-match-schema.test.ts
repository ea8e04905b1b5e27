import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../src/platform/database/database.ts';
import { migrateDatabase } from '../../src/platform/database/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { existingTables, wantedTables } from './support/described-tables.ts';
import { loadTables, type TableConfig } from './support/drizzle-tables.ts';
import { generateMigration } from './support/generate-migration.ts';
import { ROOT } from './support/source-files.ts';

describe('the migrations', () => {
  it('leave nothing to generate', async () => {
    const { added, said } = await generateMigration();
    expect(added).toEqual([]);
    expect(said).toContain('No schema changes');
  });

  it('would be behind tables that were changed', async () => {
    const { added } = await generateMigration((snapshot) =>
      snapshot.replace('"type": "int"', '"type": "tinyint"'),
    );
    expect(added).toEqual([expect.stringMatching(/MODIFY COLUMN `\w+` int/)]);
  });
});

describe('a database that was migrated from nothing', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  let tables: TableConfig[];

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    await migrateDatabase(testDatabase.url, join(ROOT, 'migrations'));
    database = Database.open(testDatabase.url, 1);
    tables = (await loadTables(ROOT)).map(({ config }) => config);
  });

  afterAll(async () => {
    await database.close();
    await testDatabase.drop();
  });

  it('has the tables, columns and keys that the code defines', async () => {
    expect(tables.length).toBeGreaterThan(20);
    expect(await existingTables(database)).toEqual(wantedTables(tables));
  });

  it('would not match after a change by hand', async () => {
    const [table] = tables;
    if (!table) throw new Error('no table');
    await database.write(`ALTER TABLE ${table.name} ADD COLUMN by_hand INT NULL`);
    const { [table.name]: changed } = await existingTables(database);
    expect(changed?.columns).toContain('by_hand int or null');
  });
});
