import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApp } from '../../../src/app.ts';
import { explainFailure } from '../../../src/explain-failure.ts';
import { projectRoot } from '../../../src/platform/config/project-root.ts';
import { checkServer, checkStatements } from '../../../src/platform/database/check-server.ts';
import { Database } from '../../../src/platform/database/database.ts';
import { hotStatement } from '../../../src/platform/database/hot-statements.ts';
import { migrateDatabase } from '../../../src/platform/database/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

const POOL_SIZE = 2;

// Statements are named when their modules are loaded: all of the shop's are.
expect(buildApp).toBeTypeOf('function');

let testDatabase: TestDatabase;
let database: Database;

/** What the next test finds: an empty database, or one that was migrated. */
async function begin(options: { charset?: string; migrated?: boolean } = {}): Promise<void> {
  testDatabase = await createTestDatabase();
  database = Database.open(testDatabase.url, POOL_SIZE);
  if (options.charset) await database.write(`ALTER DATABASE CHARACTER SET ${options.charset}`);
  if (options.migrated) await migrateDatabase(testDatabase.url, join(projectRoot(), 'migrations'));
}
async function end(): Promise<void> {
  await database.close();
  await testDatabase.drop();
}

/** What a person reads when the shop does not start. */
async function refusalOf(check: Promise<unknown>): Promise<string> {
  const error = await check.then(
    () => 'fits',
    (thrown: unknown) => explainFailure(thrown),
  );
  return error;
}

describe('a database that was migrated', () => {
  beforeAll(() => begin({ migrated: true }));
  afterAll(end);

  it('fits, and runs every hot statement', async () => {
    expect(await refusalOf(checkServer(database, POOL_SIZE))).toBe('fits');
    expect(await refusalOf(checkStatements(database))).toBe('fits');
  });

  it('has texts that compare as the shop expects, whatever its default was', async () => {
    const rows = await database.select<{ collation: string }>(
      `SELECT DISTINCT collation_name AS collation FROM information_schema.columns
       WHERE table_schema = DATABASE() AND collation_name IS NOT NULL
         AND table_name NOT LIKE '\\_\\_%' ORDER BY 1`,
    );
    expect(rows.map(({ collation }) => collation)).toEqual(['utf8mb4_bin', 'utf8mb4_unicode_ci']);
  });

  it('is refused in one line when one of its columns compares otherwise', async () => {
    await database.write(
      'ALTER TABLE user_members MODIFY COLUMN name VARCHAR(100) COLLATE utf8mb4_general_ci NOT NULL',
    );
    const refusal = await refusalOf(checkServer(database, POOL_SIZE));
    expect(refusal).toMatch(/^user_members\.name has the collation utf8mb4_general_ci/);
    expect(refusal).not.toContain('\n');
  });

  it('is refused in one line when a pool may prepare more than the server keeps', async () => {
    const refusal = await refusalOf(checkServer(database, 1_000_000));
    expect(refusal).toContain('max_prepared_stmt_count');
  });
});

describe('a database with another default', () => {
  it.each(['latin1', 'utf8mb3'])('of %s is refused in one line', async (charset) => {
    await begin({ charset });
    try {
      const refusal = await refusalOf(checkServer(database, POOL_SIZE));
      expect(refusal).toMatch(new RegExp(`^The database's character set is ${charset}`));
      expect(refusal).not.toContain('\n');
    } finally {
      await end();
    }
  });

  it('of a collation is given its own by the first migration', async () => {
    await begin({ charset: 'utf8mb4 COLLATE utf8mb4_bin', migrated: true });
    try {
      expect(await refusalOf(checkServer(database, POOL_SIZE))).toBe('fits');
      await database.write(
        `INSERT INTO coupon_coupons (id, name, kind, discount_amount, min_order_amount, opens_at, closes_at)
         VALUES (UNHEX(REPEAT('01', 16)), 'Spring', 'x', 1, 1, '2026-01-01', '2026-01-01')`,
      );
      expect(
        await database.select("SELECT 1 FROM coupon_coupons WHERE name = 'SPRING'"),
      ).toHaveLength(1);
    } finally {
      await end();
    }
  });
});

describe('a server that refuses a hot statement', () => {
  it('stops the start with one line that says which, and leaves nothing behind', async () => {
    await begin({ migrated: true });
    try {
      await database.write('DROP TABLE coupon_holds');
      const refusal = await refusalOf(checkStatements(database));
      expect(refusal).toMatch(
        /^the database cannot run a statement that the shop needs: .*coupon_holds/,
      );
      expect(refusal).not.toContain('\n');
    } finally {
      await end();
    }
  });

  it('is tried with what it would run, not with what it would explain', async () => {
    await begin({ migrated: true });
    try {
      // A zero that divides is an error of the execution alone.
      const faulty = hotStatement(
        "UPDATE platform_instance SET started_at = '2026-02-31' WHERE id <=> ? OR 1 = 1",
      );
      await database.write("INSERT INTO platform_instance (id) VALUES (UNHEX(REPEAT('01', 16)))");
      expect(await refusalOf(checkStatements(database))).toContain(faulty.slice(0, 40));
    } finally {
      await end();
    }
  });
});
