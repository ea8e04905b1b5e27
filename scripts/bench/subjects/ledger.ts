import type { Database } from '../../../src/platform/database/database.ts';
import type { SqlValue } from '../../../src/platform/database/transaction.ts';

/** What must not be; the statement counts how often it is. */
export type Fault = readonly [what: string, statement: string];

/** Of every shop at rest. */
export const EVENT_FAULTS: readonly Fault[] = [
  [
    'envelopes wait to be dispatched',
    'SELECT COUNT(*) AS times FROM platform_outbox WHERE dispatched_at IS NULL',
  ],
  ['events are parked', 'SELECT COUNT(*) AS times FROM platform_parked_event'],
];

/** Those of the faults that are there, a line each. */
export async function faultsIn(database: Database, faults: readonly Fault[]): Promise<string[]> {
  const found: string[] = [];
  for (const [what, statement] of faults) {
    const times = await count(database, statement);
    if (times > 0) found.push(`${times} ${what}`);
  }
  return found;
}

/** The number that a statement gives as `times`. */
export async function count(
  database: Database,
  statement: string,
  ...values: readonly SqlValue[]
): Promise<number> {
  const [row] = await database.select<{ times: number }>(statement, values);
  return row?.times ?? Number.NaN;
}
