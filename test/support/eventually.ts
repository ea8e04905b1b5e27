import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 10;

/**
 * Repeats `look` until it stops throwing, and gives its result. After `timeoutMs` it throws what
 * `look` threw last.
 */
export async function eventually<T>(look: () => Promise<T> | T, timeoutMs = 10_000): Promise<T> {
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
