import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Chore } from '../../../platform/jobs/chores.ts';
import { evenly } from '../../../platform/jobs/evenly.ts';
import { deleteExpiredTokens } from './sessions.store.ts';

/** Few, so that no statement holds many locks for long. */
const TOKENS_AT_ONCE = 1000;

/** Deletes refresh tokens that expired. For a job: any number of instances may run it at once. */
export function createForgetExpiredTokens(parts: {
  database: Database;
  clock: Clock;
}): Chore['run'] {
  const { database, clock } = parts;

  return async function forgetExpiredTokens(signal) {
    const forget = () => deleteExpiredTokens(database, clock.now(), TOKENS_AT_ONCE);
    await evenly(forget, TOKENS_AT_ONCE, signal);
  };
}
