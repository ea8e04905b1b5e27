import assert from 'node:assert/strict';
import type { Database } from '../../../src/platform/database/database.ts';
import { eventually } from '../../support/eventually.ts';

/** After the last fault, everything must be handled within this time. */
const SETTLED_WITHIN_MS = 300_000;

const COUNT_EFFECTS = `
  SELECT COUNT(*) AS wrong FROM (
    SELECT l.event_id, COUNT(e.id) AS effects FROM fault_ledger AS l
    LEFT JOIN fault_effects AS e ON e.event_id = l.event_id AND e.consumer = ?
    WHERE l.mood IN (SELECT m.mood FROM JSON_TABLE(?, '$[*]' COLUMNS (
                       mood VARCHAR(10) COLLATE utf8mb4_unicode_ci PATH '$')) AS m)
    GROUP BY l.event_id HAVING effects <> 1) AS astray`;

const COUNT_INVENTED = `
  SELECT COUNT(*) AS wrong FROM fault_effects AS e
  LEFT JOIN fault_ledger AS l ON l.event_id = e.event_id WHERE l.event_id IS NULL`;

const COUNT_WRONG_SUMS = `
  SELECT COUNT(*) AS wrong FROM (
    SELECT aggregate_id, COUNT(*) AS events, SUM(amount) AS amount
    FROM fault_ledger GROUP BY aggregate_id) AS l
  LEFT JOIN fault_counters AS c ON c.aggregate_id = l.aggregate_id
  WHERE c.aggregate_id IS NULL OR c.events <> l.events OR c.amount <> l.amount`;

export type AuditOptions = {
  /** Moods of the events that everybody must have handled; the others are dead letters of `keep`. */
  moods?: readonly string[];
  /** How long it may take until nothing is pending. */
  withinMs?: number;
};

/**
 * Waits until nothing is pending, and adds up: every event that was committed was applied exactly
 * once by each consumer, and nothing else was. Throws an AssertionError that says what is wrong.
 * @returns how many events there are
 */
export async function auditLedger(
  database: Database,
  { moods = ['plain', 'poison', 'killer'], withinMs = SETTLED_WITHIN_MS }: AuditOptions = {},
): Promise<number> {
  await settled(database, withinMs);
  const found = {
    keptOtherThanOnce: await count(database, COUNT_EFFECTS, ['keep', JSON.stringify(moods)]),
    heardOtherThanOnce: await count(database, COUNT_EFFECTS, ['hear', JSON.stringify(moods)]),
    invented: await count(database, COUNT_INVENTED),
    wrongSums: await count(database, COUNT_WRONG_SUMS),
  };
  assert.deepEqual(found, {
    keptOtherThanOnce: 0,
    heardOtherThanOnce: 0,
    invented: 0,
    wrongSums: 0,
  });
  const events = await count(database, 'SELECT COUNT(*) AS wrong FROM fault_ledger');
  assert.ok(events > 0, 'there were no events to lose');
  return events;
}

/** Waits until the outbox is dispatched and no event waits to be tried again. */
export async function settled(database: Database, withinMs: number): Promise<void> {
  await eventually(async () => {
    assert.deepEqual(await readPending(database), { undispatched: 0, parked: 0 });
  }, withinMs);
}

async function readPending(database: Database) {
  return {
    undispatched: await count(
      database,
      'SELECT COUNT(*) AS wrong FROM platform_outbox WHERE dispatched_at IS NULL',
    ),
    parked: await count(
      database,
      "SELECT COUNT(*) AS wrong FROM platform_parked_event WHERE state = 'waiting'",
    ),
  };
}

async function count(
  database: Database,
  statement: string,
  values: readonly string[] = [],
): Promise<number> {
  const [row] = await database.select<{ wrong: number }>(statement, values);
  return row?.wrong ?? Number.NaN;
}
