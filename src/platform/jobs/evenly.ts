import { setTimeout as pause } from 'node:timers/promises';

/** Pauses this many times as long as a step took: one connection is busy a fifth of the time. */
const REST_PER_WORK = 4;
const LONGEST_MS = 15_000;

/**
 * Works off a backlog in small steps with pauses between them, so that those who use the database
 * beside it hardly notice. Ends when a step finds less than it could have done, when `signal` says so,
 * or after 15 seconds: what is left is the next round's, and a chore does not keep its worker for long.
 * @param step does a part and gives how many items that were
 * @param size items that a full step does
 */
export async function evenly(
  step: () => Promise<number>,
  size: number,
  signal: AbortSignal,
): Promise<void> {
  const endsAt = performance.now() + LONGEST_MS;
  while (!signal.aborted) {
    const startedAt = performance.now();
    if ((await step()) < size) return;
    const restMs = (performance.now() - startedAt) * REST_PER_WORK;
    if (performance.now() + restMs > endsAt) return;
    await pause(restMs, undefined, { signal }).catch(() => undefined);
  }
}
