import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import { deleteExpiredTokens } from './sessions.store.ts';

const TOKENS_AT_ONCE = 1000;

/** Deletes refresh tokens that expired. For a job: any number of instances may run it at once. */
export function createForgetExpiredTokens(parts: {
  database: Database;
  clock: Clock;
}): () => Promise<void> {
  return async function forgetExpiredTokens() {
    for (;;) {
      // Part by part, so that no statement holds many locks for long.
      const deleted = await deleteExpiredTokens(parts.database, parts.clock.now(), TOKENS_AT_ONCE);
      if (deleted < TOKENS_AT_ONCE) return;
    }
  };
}
