import { getTableConfig, type MySqlTable } from 'drizzle-orm/mysql-core';
import type { Database } from '../../src/platform/database/database.ts';

/** A value for every type of column, as SQL over the row's number `n`. */
function madeUp(sqlType: string): string {
  if (sqlType === 'binary(16)') return "UNHEX(LPAD(HEX(n), 32, '0'))";
  if (sqlType === 'binary(32)') return 'UNHEX(SHA2(n, 256))';
  if (sqlType.startsWith('datetime')) return 'CURRENT_TIMESTAMP(3)';
  if (sqlType.includes('char') || sqlType.includes('text')) return 'CONCAT(n)';
  return '1';
}

/**
 * Fills a table with rows that look alike.
 * @param given columns by their SQL names, as SQL over the row's number `n`, from 1; columns that are
 *   not given are made up, unless they may be null or have a default
 */
export async function fillTable(
  database: Database,
  table: MySqlTable,
  rows: number,
  given: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { name, columns } = getTableConfig(table);
  const values = columns.flatMap((column) => {
    const value = given[column.name];
    if (value !== undefined) return [[column.name, value]];
    if (!column.notNull || column.hasDefault || column.generated) return [];
    return [[column.name, madeUp(column.getSQLType())]];
  });
  await database.write(
    `INSERT INTO ${name} (${values.map(([column]) => `\`${column}\``).join()})
     SELECT ${values.map(([, value]) => value).join()}
     FROM JSON_TABLE(?, '$[*]' COLUMNS (n INT PATH '$')) AS numbers`,
    [JSON.stringify(Array.from({ length: rows }, (_, index) => index + 1))],
  );
  await database.pool.query(`ANALYZE TABLE ${name}`);
}
