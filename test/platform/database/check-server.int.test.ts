import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApp } from '../../../src/app.ts';
import { explainFailure } from '../../../src/explain-failure.ts';
import { projectRoot } from '../../../src/platform/config/project-root.ts';
import { checkDatabase, checkServer } from '../../../src/platform/database/check-server.ts';
import { Database } from '../../../src/platform/database/database.ts';
import { hotStatement } from '../../../src/platform/database/hot-statements.ts';
import { migrateDatabase } from '../../../src/platform/database/migrate.ts';
import { isDuplicateKey } from '../../../src/platform/database/sql-error.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

const POOL_SIZE = 2;
const MIGRATIONS = join(projectRoot(), 'migrations');

// Its modules name their statements.
beforeAll(() => import('../../../src/app.ts'));

// Statements are named when their modules are loaded: all of the shop's are.
expect(buildApp).toBeTypeOf('function');

let testDatabase: TestDatabase;
let database: Database;

/** What the next test finds: an empty database, or one that was migrated. */
async function begin(options: { charset?: string; migrated?: boolean } = {}): Promise<void> {
  testDatabase = await createTestDatabase();
  database = Database.open(testDatabase.url, POOL_SIZE);
  if (options.charset) await database.pool.query(`ALTER DATABASE CHARACTER SET ${options.charset}`);
  if (options.migrated) await migrateDatabase(testDatabase.url, MIGRATIONS);
}
async function end(): Promise<void> {
  await database.close();
  await testDatabase.drop();
}

/** The collations of the shop's texts. */
async function collationsOf(of: Database): Promise<string[]> {
  const rows = await of.select<{ collation: string }>(
    `SELECT DISTINCT collation_name AS collation FROM information_schema.columns
     WHERE table_schema = DATABASE() AND collation_name IS NOT NULL
       AND table_name <> '__drizzle_migrations' ORDER BY 1`,
  );
  return rows.map(({ collation }) => collation);
}

/**
 * Stores a coupon, and tries another one whose code differs by the case of its letters.
 * @returns the names of those that are stored, and what became of the other one
 */
async function writeCoupon(of: Database): Promise<string[]> {
  await insertCoupon(of, 1, 'SPRING');
  const second = await insertCoupon(of, 2, 'spring').then(
    () => 'stored',
    (error: unknown) => {
      if (!isDuplicateKey(error)) throw error;
      return 'taken';
    },
  );
  return [...(await readCoupons(of)), second];
}

function insertCoupon(of: Database, id: number, code: string): Promise<number> {
  return of.write(
    `INSERT INTO coupon_coupons
       (id, name, kind, discount_amount, min_order_amount, code, opens_at, closes_at)
     VALUES (UNHEX(LPAD(?, 32, '0')), '봄맞이 Spring 🌸', 'x', 1, 1, ?, '2026-01-01', '2026-01-01')`,
    [id, code],
  );
}

async function readCoupons(of: Database): Promise<string[]> {
  const rows = await of.select<{ name: string }>('SELECT name FROM coupon_coupons');
  return rows.map(({ name }) => name);
}

/** Gives the work a folder of the migrations up to the one whose file begins so. */
async function withMigrationsUntil(
  last: string,
  work: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'migrations-'));
  try {
    await cp(MIGRATIONS, folder, { recursive: true });
    const file = join(folder, 'meta', '_journal.json');
    const journal = JSON.parse(await readFile(file, 'utf8')) as { entries: { tag: string }[] };
    const entries = journal.entries.filter(({ tag }) => tag.slice(0, last.length) <= last);
    await writeFile(file, JSON.stringify({ ...journal, entries }));
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
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
    expect(await refusalOf(checkDatabase(database))).toBe('fits');
  });

  it('is refused in one line when one of its columns compares otherwise', async () => {
    await database.write(
      'ALTER TABLE user_members MODIFY COLUMN name VARCHAR(100) COLLATE utf8mb4_general_ci NOT NULL',
    );
    const refusal = await refusalOf(checkDatabase(database));
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

  it.each(['utf8mb4_bin', 'utf8mb4_general_ci'])(
    'of %s compares as the shop expects once it is migrated',
    async (collation) => {
      await begin({ charset: `utf8mb4 COLLATE ${collation}`, migrated: true });
      try {
        expect(await refusalOf(checkServer(database, POOL_SIZE))).toBe('fits');
        expect(await refusalOf(checkDatabase(database))).toBe('fits');
        expect(await collationsOf(database)).toEqual(['utf8mb4_bin', 'utf8mb4_unicode_ci']);
        expect(await writeCoupon(database)).toEqual(['봄맞이 Spring 🌸', 'taken']);
      } finally {
        await end();
      }
    },
  );

  it('keeps its rows when it was migrated before collations were stated', async () => {
    await begin({ charset: 'utf8mb4 COLLATE utf8mb4_general_ci' });
    try {
      await withMigrationsUntil('0004', (folder) => migrateDatabase(testDatabase.url, folder));
      expect(await collationsOf(database)).toContain('utf8mb4_general_ci');
      expect(await writeCoupon(database)).toEqual(['봄맞이 Spring 🌸', 'taken']);
      await migrateDatabase(testDatabase.url, MIGRATIONS);
      expect(await collationsOf(database)).toEqual(['utf8mb4_bin', 'utf8mb4_unicode_ci']);
      expect(await readCoupons(database)).toEqual(['봄맞이 Spring 🌸']);
      expect(await refusalOf(checkDatabase(database))).toBe('fits');
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
      const refusal = await refusalOf(checkDatabase(database));
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
      expect(await refusalOf(checkDatabase(database))).toContain(faulty.slice(0, 40));
    } finally {
      await end();
    }
  });
});
