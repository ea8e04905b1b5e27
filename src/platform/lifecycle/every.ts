import type { Logger } from '../logging/logger.ts';

export type Repetition = {
  /** Ends the repetition; resolves when a round that is under way is over. */
  stop: () => Promise<void>;
};

/**
 * Repeats work, `pauseMs` after the end of the last round: rounds never overlap. A round that fails
 * is logged, and the next one comes all the same.
 */
export function every(
  pauseMs: number,
  what: string,
  work: () => Promise<void>,
  log: Logger,
): Repetition {
  let stopped = false;
  let round: Promise<void> = Promise.resolve();
  let timer = setTimeout(start, pauseMs);

  function start(): void {
    round = work()
      .catch((error: unknown) => log.error({ err: error }, `${what} failed`))
      .finally(() => {
        if (!stopped) timer = setTimeout(start, pauseMs);
      });
  }

  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await round;
    },
  };
}
