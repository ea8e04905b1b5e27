import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  loadTables,
  ownershipProblems,
  ownersOf,
  type OwnedTable,
} from './support/drizzle-tables.ts';
import { sqlProblems } from './support/foreign-tables.ts';
import { readFiles, ROOT, typeScriptFiles, type SourceFile } from './support/source-files.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');

async function sourcesOf(root: string): Promise<SourceFile[]> {
  return readFiles(root, await typeScriptFiles(root, ['src']));
}

describe('the tables', () => {
  let tables: OwnedTable[];

  beforeAll(async () => {
    tables = await loadTables(ROOT);
  });

  it('carry the name of their module, and no foreign key leaves it', () => {
    expect(tables.length).toBeGreaterThan(20);
    expect(ownershipProblems(tables)).toEqual([]);
  });

  it('are named in SQL by their own module alone, and there by its stores', async () => {
    expect(sqlProblems(await sourcesOf(ROOT), ownersOf(tables))).toEqual([]);
  });
});

describe('the check of the tables', () => {
  it('finds wrong names, doubles and foreign keys that leave the module', async () => {
    const problems = ownershipProblems(await loadTables(join(FIXTURES, 'tables')));
    expect(problems).toEqual([
      'alpha_alphas has a foreign key to beta_betas',
      'orphans does not begin with beta_',
      'beta_betas is defined in src/modules/beta/beta.tables.ts, too',
      'alpha_stolen does not begin with beta_',
    ]);
  });

  it('finds the tables of others in SQL, names put together, and SQL outside of stores', async () => {
    const root = join(FIXTURES, 'sql');
    const files = await sourcesOf(root);
    const tables = new Map([
      ['alpha_alphas', 'alpha'],
      ['alpha_lines', 'alpha'],
      ['beta_betas', 'beta'],
      ['platform_audit_log', 'platform'],
    ]);
    const places = sqlProblems(files, tables).map((problem) => problem.split(' ', 1)[0]);
    expect([...new Set(places)]).toEqual(files.flatMap(refusedPlaces));
  });
});

/** The lines that a fixture marks, as `path:line`. */
function refusedPlaces({ path, text }: SourceFile): string[] {
  return text
    .split('\n')
    .flatMap((line, index) => (line.trim() === '// refused' ? [`${path}:${index + 2}`] : []));
}
