import { idToHex, type Id } from '../ids/id.ts';

/** How a column of bulk rows arrives in SQL. An `id` is read as `UNHEX(rows.name)`. */
type BulkColumn = 'id' | 'bigint' | 'varchar' | 'text' | 'moment';

const SQL_TYPES: Record<BulkColumn, string> = {
  id: 'CHAR(32)',
  bigint: 'BIGINT',
  varchar: 'VARCHAR(255)',
  text: 'MEDIUMTEXT',
  moment: 'VARCHAR(23)',
};

/**
 * The SQL of a table made of one parameter: a JSON array of arrays, a row each. One prepared
 * statement then serves a batch of any size, and no SQL is built from values.
 * For joins with STRAIGHT_JOIN, so that rows are locked in the order given. Rows that are only inserted
 * cost the server less by `insertInto`, unless there are thousands of them.
 * @param alias names the derived table in the statement
 */
export function bulkRows(alias: string, columns: Readonly<Record<string, BulkColumn>>): string {
  const list = Object.entries(columns)
    .map(([name, type], index) => `${name} ${SQL_TYPES[type]} PATH '$[${index}]'`)
    .join(', ');
  return `JSON_TABLE(?, '$[*]' COLUMNS (${list})) AS ${alias}`;
}

type BulkValue = string | number | null;

/** The parameter that `bulkRows` reads. Ids go in as `hex(id)`, moments as `sqlMoment(date)`. */
export function bulkParameter(rows: readonly (readonly BulkValue[])[]): string {
  return JSON.stringify(rows);
}

export const hex: (id: Id) => string = idToHex;

/** The parameter for bulk rows of one id each, in the order in which rows are locked. */
export function idsInLockOrder(ids: readonly Id[]): string {
  return bulkParameter(ids.toSorted().map((id) => [hex(id)]));
}

/**
 * A moment as a DATETIME(3) literal in UTC.
 * @param moment a date, or the text of one as events write it (ISO 8601, UTC, milliseconds)
 */
export function sqlMoment(moment: Date | string): string {
  const text = typeof moment === 'string' ? moment : moment.toISOString();
  return text.slice(0, 23).replace('T', ' ');
}
