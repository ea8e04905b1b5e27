import { getTableColumns, getTableName, is, type Column } from 'drizzle-orm';
import { MySqlCustomColumn, MySqlDateTime, type MySqlTable } from 'drizzle-orm/mysql-core';
import { sqlMoment } from './bulk.ts';
import type { SqlValue, Transaction } from './transaction.ts';

/** The columns of a table that a statement may leave to the database: those with a default, or nullable. */
type Defaulted<Table extends MySqlTable> = {
  [Key in keyof Table['$inferInsert']]-?: object extends Pick<Table['$inferInsert'], Key>
    ? Key
    : never;
}[keyof Table['$inferInsert']] &
  string;

/** A moment may be given as events write it, too: ISO 8601, UTC, milliseconds. */
type Given<Value> = Value extends Date ? Date | string : Value;

/**
 * A row to insert: every column of the table that is not generated. Those that are left to their
 * default must be missing: a value that is there would be lost.
 */
export type NewRow<Table extends MySqlTable, Left extends string = never> = {
  readonly [Key in Exclude<keyof Table['$inferInsert'] & keyof Table['$inferSelect'], Left>]: Given<
    Table['$inferSelect'][Key]
  >;
} & { readonly [Key in Left]?: never };

/**
 * Rows that one statement inserts: each size is a prepared statement of its own, so a connection keeps
 * a dozen and not one for each number of rows. Two or three of them make up almost any batch.
 */
const SIZES = [64, 48, 32, 24, 16, 12, 8, 6, 4, 3, 2, 1];

/**
 * Makes the function that inserts any number of rows into a table, in the order given, in statements
 * that all go to the server at once. A row by `VALUES (?, …)` takes the server a third of the time of
 * one that it reads out of a JSON parameter (`bulkRows`). Columns, their names and how their values
 * are stored come from the table, so that no column can be forgotten (decision 5).
 * @param options.leftToDefault the columns that the database fills in
 * @param options.onDuplicate what becomes of a row that is there already, as ON DUPLICATE KEY UPDATE
 *   has it; without it, such a row is the duplicate-key error
 * Throws an Error when a column that is left to its default has none, or is not in the table.
 */
export function insertInto<Table extends MySqlTable, const Left extends Defaulted<Table> = never>(
  table: Table,
  options: { leftToDefault?: readonly Left[]; onDuplicate?: string } = {},
): (tx: Pick<Transaction, 'write'>, rows: readonly NewRow<Table, Left>[]) => Promise<void> {
  const { leftToDefault = [], onDuplicate } = options;
  const columns = insertedColumns(table, leftToDefault);
  const keys = columns.map(([key]) => key);
  const toSql = columns.map(([, column]) => sqlValueOf(column));
  const tableName = getTableName(table);
  const names = columns.map(([, column]) => `\`${column.name}\``).join(', ');
  const head = `INSERT INTO ${tableName} (${names}) VALUES `;
  const row = `(${columns.map(() => '?').join()})`;
  const tail = onDuplicate === undefined ? '' : ` ON DUPLICATE KEY UPDATE ${onDuplicate}`;
  const statements = new Map(
    SIZES.map((size) => [size, head + Array<string>(size).fill(row).join() + tail]),
  );

  return async function insertRows(tx, rows) {
    const inserts: Promise<unknown>[] = [];
    let inserted = 0;
    for (const [size, statement] of statements) {
      for (; rows.length - inserted >= size; inserted += size) {
        inserts.push(tx.write(statement, values(rows, inserted, size)));
      }
    }
    await Promise.all(inserts);
  };

  // Loops into a list of its final size: flatMap takes five times as long, and push a fifth longer,
  // for every column of everything that is sold.
  function values(rows: readonly unknown[], from: number, count: number): SqlValue[] {
    const list: SqlValue[] = [];
    list.length = count * keys.length;
    let at = 0;
    for (let index = from; index < from + count; index += 1) {
      const each = rows[index] as Readonly<Record<string, unknown>>;
      for (let column = 0; column < keys.length; column += 1) {
        const value = each[keys[column] as string];
        const convert = toSql[column];
        list[at++] = convert === undefined ? (value as SqlValue) : convert(value);
      }
    }
    return list;
  }
}

/** The columns that a statement writes, by their keys. Generated ones are the database's. */
function insertedColumns(table: MySqlTable, left: readonly string[]): [string, Column][] {
  const columns: Record<string, Column> = getTableColumns(table);
  for (const key of left) {
    const column = columns[key];
    if (!column || (column.notNull && !column.hasDefault)) {
      throw new Error(`${getTableName(table)}.${key} has no default to be left to`);
    }
  }
  return Object.entries(columns).filter(
    ([key, column]) => column.generated === undefined && !left.includes(key),
  );
}

/** How a column's values are sent; undefined for those that go as they are. */
function sqlValueOf(column: Column): ((value: unknown) => SqlValue) | undefined {
  if (is(column, MySqlDateTime)) {
    return (value) => (typeof value === 'string' ? sqlMoment(value) : (value as Date | null));
  }
  if (!is(column, MySqlCustomColumn)) return undefined;
  // Rows that belong together follow each other: lines of an order, what one batch claims.
  let last: unknown = null;
  let sent: SqlValue = null;
  return (value) => {
    if (value !== last) {
      sent = value === null ? null : (column.mapToDriverValue(value) as SqlValue);
      last = value;
    }
    return sent;
  };
}
