import type { Logger } from '../logging/logger.ts';

/** A part that takes longer to stop is given up, so that the others get their turn. */
const STEP_LIMIT_MS = 20_000;

type Step = { name: string; stop: () => Promise<void> | void };

/**
 * Stops the process's parts in an order of our own: the reverse of the order in which they started.
 * (tsyringe's dispose() runs in parallel and would close the database under a running handler.)
 */
export class Lifecycle {
  readonly #steps: Step[] = [];
  readonly #log: Logger;
  #stopping: Promise<void> | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Registers how something that has just started is stopped. */
  onStop(name: string, stop: Step['stop']): void {
    this.#steps.push({ name, stop });
  }

  /** Stops everything, once. A step that fails is logged, and the others still run. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    for (const step of this.#steps.toReversed()) {
      try {
        // One after the other on purpose: each relies on what started before it.
        await withinLimit(step);
      } catch (error) {
        this.#log.error({ err: error, step: step.name }, 'a part did not stop cleanly');
      }
    }
  }
}

async function withinLimit({ name, stop }: Step): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${name} did not stop in time`)), STEP_LIMIT_MS);
  });
  try {
    await Promise.race([stop(), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
