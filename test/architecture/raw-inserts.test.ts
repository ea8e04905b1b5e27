import { beforeAll, describe, expect, it } from 'vitest';
import { loadTables, type TableConfig } from './support/drizzle-tables.ts';
import { lostColumns } from './support/raw-inserts.ts';
import { readFiles, ROOT, typeScriptFiles } from './support/source-files.ts';

let tables: TableConfig[];
beforeAll(async () => {
  tables = (await loadTables(ROOT)).map((table) => table.config);
});

describe('statements that work rows out in SQL', () => {
  it('name every column that the database does not fill in', async () => {
    const files = await readFiles(ROOT, await typeScriptFiles(ROOT, ['src']));
    const { statements, problems } = lostColumns(files, tables);
    expect(statements).toBeGreaterThan(2);
    expect(problems).toEqual([]);
  });

  it('are found when they lose one, nullable or with a constant default, or name none', () => {
    const text = [
      'export const all = `INSERT INTO coupon_issue_members (issue_id, position, member_id) SELECT 1`;',
      'export const less = `INSERT INTO coupon_issue_members (issue_id, position) SELECT 1`;',
      'export const none = "INSERT INTO coupon_holds SELECT 1";',
      'export const names = "INSERT INTO platform_consumer (name) VALUES (?)";',
      'export const copies = "INSERT INTO catalog_types (id, name) VALUES (?, ?)";',
    ].join('\n');
    expect(lostColumns([{ path: 'a.ts', text }], tables).problems).toEqual([
      'a.ts:2 loses coupon_issue_members.member_id',
      'a.ts:3 loses coupon_holds.order_id',
      'a.ts:3 loses coupon_holds.member_coupon_id',
      'a.ts:3 loses coupon_holds.state',
      'a.ts:4 loses platform_consumer.retired_at',
      'a.ts:5 loses catalog_types.position',
    ]);
  });
});
