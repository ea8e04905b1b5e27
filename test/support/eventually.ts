import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 10;
/** Long, for a busy machine; what comes, comes at once on an idle one. */
const TIMEOUT_MS = 60_000;

/**
 * Repeats `look` until it stops throwing, and gives its result. After `timeoutMs` it throws what
 * `look` threw last.
 */
export async function eventually<T>(
  look: () => Promise<T> | T,
  timeoutMs = TIMEOUT_MS,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await pause(POLL_MS);
    }
  }
}
