import { backOff } from '../../../platform/batching/backoff.ts';
import { NotCopied } from './price-request.ts';

/** A product created a moment ago reaches order's copy within milliseconds; give it a second. */
const RETRIES = 5;
const FIRST_WAIT_MS = 50;
const MAX_WAIT_MS = 500;

/** Tries again while order's copies lack something. Throws `validation_failed` when it stays away. */
export async function awaitCopies<T>(attempt: () => Promise<T>): Promise<T> {
  for (let retry = 1; ; retry += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof NotCopied)) throw error;
      if (retry > RETRIES) throw error.problem;
      await backOff(retry, FIRST_WAIT_MS, MAX_WAIT_MS);
    }
  }
}
