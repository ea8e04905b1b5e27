import type { Database } from '../../../src/platform/database/database.ts';
import type { TableConfig } from './drizzle-tables.ts';

/** What a table looks like, in lines that can be compared: columns, and the columns of each key. */
export type DescribedTable = { columns: string[]; keys: string[] };

/** The tables as drizzle's definitions want them. */
export function wantedTables(tables: readonly TableConfig[]): Record<string, DescribedTable> {
  return Object.fromEntries(
    tables.map((table) => [table.name, { columns: columnsOf(table), keys: keysOf(table) }]),
  );
}

function columnsOf({ columns }: TableConfig): string[] {
  return columns
    .map((column) => describeColumn(column.name, column.getSQLType(), !column.notNull))
    .toSorted();
}

function keysOf(table: TableConfig): string[] {
  const own = table.columns.filter((column) => column.primary).map(({ name }) => name);
  const composed = table.primaryKeys.map((key) => key.columns.map(({ name }) => name));
  const primary = [...composed, ...(own.length > 0 ? [own] : [])];
  const unique = table.columns.filter((column) => column.isUnique);
  return [
    ...primary.map((columns) => describeKey('PRIMARY', true, columns)),
    ...unique.map((column) => describeKey(String(column.uniqueName), true, [column.name])),
    ...table.uniqueConstraints.map((key) =>
      describeKey(
        String(key.getName()),
        true,
        key.columns.map(({ name }) => name),
      ),
    ),
    ...table.indexes.map(({ config }) =>
      describeKey(config.name, config.unique === true, config.columns.map(nameOf)),
    ),
  ].toSorted();
}

function nameOf(column: object): string {
  if (!('name' in column)) throw new Error('an index over an expression');
  return String(column.name);
}

type ColumnRow = { table: string; name: string; type: string; nullable: 'YES' | 'NO' };
type KeyRow = { table: string; name: string; nonUnique: number; columns: string };

/** The tables as the database has them, without drizzle's own list of migrations. */
export async function existingTables(database: Database): Promise<Record<string, DescribedTable>> {
  const columns = await database.select<ColumnRow>(
    `SELECT table_name AS \`table\`, column_name AS name, is_nullable AS nullable,
            IF(data_type <> 'varchar' OR collation_name = schemata.default_collation_name, column_type,
               CONCAT(column_type, ' character set ', character_set_name,
                      ' collate ', collation_name)) AS type
     FROM information_schema.columns
     JOIN information_schema.schemata ON schemata.schema_name = columns.table_schema
     WHERE table_schema = DATABASE() AND table_name <> '__drizzle_migrations'`,
  );
  const keys = await database.select<KeyRow>(
    `SELECT table_name AS \`table\`, index_name AS name, MAX(non_unique) AS nonUnique,
            GROUP_CONCAT(column_name ORDER BY seq_in_index) AS columns
     FROM information_schema.statistics WHERE table_schema = DATABASE()
     GROUP BY table_name, index_name`,
  );
  const names = [...new Set(columns.map(({ table }) => table))];
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        columns: columns
          .filter(({ table }) => table === name)
          .map((row) => describeColumn(row.name, row.type, row.nullable === 'YES'))
          .toSorted(),
        keys: keys
          .filter(({ table }) => table === name)
          .map((row) => describeKey(row.name, row.nonUnique === 0, row.columns.split(',')))
          .toSorted(),
      },
    ]),
  );
}

function describeColumn(name: string, type: string, nullable: boolean): string {
  return `${name} ${plainType(type)}${nullable ? ' or null' : ''}`;
}

function describeKey(name: string, unique: boolean, columns: readonly string[]): string {
  return `${name}${unique ? ' unique' : ''} (${columns.join(', ')})`;
}

/** One name for what MySQL and MariaDB print differently: widths of whole numbers, and JSON. */
function plainType(type: string): string {
  return type
    .toLowerCase()
    .replace(/^boolean$/, 'tinyint')
    .replace(/^json$/, 'longtext')
    .replace(/\b(tinyint|smallint|mediumint|int|bigint)\(\d+\)/, '$1');
}
