import { setTimeout as delay } from 'node:timers/promises';

/**
 * Calls `look` until it returns something other than undefined, every `everyMs` milliseconds. It
 * has no time limit of its own: `look` is told how many milliseconds have passed and throws the
 * error that fits.
 */
export async function poll<Found>(
  everyMs: number,
  look: (elapsedMs: number) => Found | undefined | Promise<Found | undefined>,
): Promise<Found> {
  const begin = performance.now();
  for (;;) {
    // Waiting is what this loop is for.
    const found = await look(performance.now() - begin);
    if (found !== undefined) return found;
    await delay(everyMs);
  }
}
