import type { Database } from '../database/database.ts';
import type { Chore } from '../jobs/chores.ts';

const HOUR_MS = 3_600_000;
const OUTBOX_DAYS = 7;
/** Longer than the outbox: what is redelivered late must still be recognised as handled. */
const INBOX_DAYS = 14;
const IDEMPOTENCY_KEY_DAYS = 30;
/** Rows a statement deletes: small transactions, which delay nobody. */
const ROWS_AT_ONCE = 5000;

/** Removes what the backbone and the idempotency keys no longer need. */
export function retentionChore(database: Database): Chore {
  return {
    name: 'purge-history',
    everyMs: HOUR_MS,
    run: async () => {
      await deleteInSteps(
        database,
        `DELETE FROM platform_outbox
         WHERE dispatched_at < CURRENT_TIMESTAMP(3) - INTERVAL ${OUTBOX_DAYS} DAY
         ORDER BY dispatched_at LIMIT ${ROWS_AT_ONCE}`,
      );
      await deleteInSteps(
        database,
        `DELETE FROM platform_inbox
         WHERE handled_at < CURRENT_TIMESTAMP(3) - INTERVAL ${INBOX_DAYS} DAY
         ORDER BY handled_at LIMIT ${ROWS_AT_ONCE}`,
      );
      await deleteInSteps(
        database,
        `DELETE FROM platform_idempotency_key
         WHERE created_at < CURRENT_TIMESTAMP(3) - INTERVAL ${IDEMPOTENCY_KEY_DAYS} DAY
         ORDER BY created_at LIMIT ${ROWS_AT_ONCE}`,
      );
    },
  };
}

async function deleteInSteps(database: Database, statement: string): Promise<void> {
  for (;;) {
    const deleted = await database.write(statement);
    if (deleted < ROWS_AT_ONCE) return;
  }
}
