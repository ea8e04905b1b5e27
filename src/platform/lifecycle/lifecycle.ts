import type { Logger } from '../logging/logger.ts';

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
        await step.stop();
      } catch (error) {
        this.#log.error({ err: error, step: step.name }, 'a part did not stop cleanly');
      }
    }
  }
}
