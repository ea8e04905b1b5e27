import type { Database } from '../database/database.ts';
import { evenly } from '../jobs/evenly.ts';
import type { Chore } from '../jobs/chores.ts';

/** Often, so that there is little to do each time: a busy shop writes millions of rows a day. */
const EVERY_MS = 60_000;
/** For whoever looks into what happened; nothing reads an envelope that is dispatched. */
const OUTBOX_DAYS = 3;
/** Longer than the outbox: what is redelivered late must still be recognised as handled. */
const INBOX_DAYS = 4;
/** A client repeats a request within minutes, or after a weekend without a network. */
const IDEMPOTENCY_KEY_DAYS = 7;
/** Rows that a statement deletes: a few milliseconds, which delay nobody. */
const ROWS_AT_ONCE = 1000;

const PURGE_OUTBOX = `
  DELETE FROM platform_outbox
  WHERE dispatched_at < CURRENT_TIMESTAMP(3) - INTERVAL ${OUTBOX_DAYS} DAY
  ORDER BY dispatched_at LIMIT ${ROWS_AT_ONCE}`;

/**
 * An envelope that still waits for one consumer may be delivered again to all: the claims of the
 * others are kept as long. They were made after the envelope.
 */
const PURGE_INBOX = `
  DELETE FROM platform_inbox
  WHERE handled_at < LEAST(
    CURRENT_TIMESTAMP(3) - INTERVAL ${INBOX_DAYS} DAY,
    COALESCE(?, CURRENT_TIMESTAMP(3)))
  ORDER BY handled_at LIMIT ${ROWS_AT_ONCE}`;

const PURGE_KEYS = `
  DELETE FROM platform_idempotency_key
  WHERE created_at < CURRENT_TIMESTAMP(3) - INTERVAL ${IDEMPOTENCY_KEY_DAYS} DAY
  ORDER BY created_at LIMIT ${ROWS_AT_ONCE}`;

/** Removes what the backbone and the idempotency keys no longer need. */
export function retentionChore(database: Database): Chore {
  return {
    name: 'purge-history',
    everyMs: EVERY_MS,
    run: async (signal) => {
      const oldestWaiting = await readOldestWaiting(database);
      await evenly(() => database.write(PURGE_OUTBOX), ROWS_AT_ONCE, signal);
      await evenly(() => database.write(PURGE_INBOX, [oldestWaiting]), ROWS_AT_ONCE, signal);
      await evenly(() => database.write(PURGE_KEYS), ROWS_AT_ONCE, signal);
    },
  };
}

/** Since when the envelope has been waiting that waits the longest; null when none does. */
async function readOldestWaiting(database: Database): Promise<Date | null> {
  const [row] = await database.select<{ oldest: Date | null }>(
    'SELECT MIN(occurred_at) AS oldest FROM platform_outbox WHERE dispatched_at IS NULL',
  );
  return row?.oldest ?? null;
}
