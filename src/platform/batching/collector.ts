import { setTimeout as pause } from 'node:timers/promises';

export type CollectorOptions<Item> = {
  /** Handles one batch; the next one starts after it. A rejection ends the process (a bug). */
  run: (items: Item[]) => Promise<void>;
  /** What an item counts against `maxWeight`; 1 when not given. */
  weigh?: (item: Item) => number;
  /** A batch takes items up to this weight (always at least one item). */
  maxWeight: number;
  /** How long a busy collector waits for company before its next batch, in milliseconds. */
  pauseMs: number;
};

/**
 * Natural batching: what arrives while a batch runs shares the next one. An idle collector starts at
 * once, so a lone item waits for nobody; under load batches grow and the cost of an item falls.
 */
export class Collector<Item> {
  readonly #options: CollectorOptions<Item>;
  readonly #waiting: Item[] = [];
  readonly #idleListeners: (() => void)[] = [];
  #running = false;

  constructor(options: CollectorOptions<Item>) {
    this.#options = options;
  }

  add(item: Item): void {
    this.#waiting.push(item);
    if (this.#running) return;
    this.#running = true;
    // Not a microtask: everything that the present turn of the event loop adds comes along.
    setImmediate(() => void this.#work());
  }

  get busy(): boolean {
    return this.#running;
  }

  /** Takes out what waits and is not in a running batch. */
  clear(): Item[] {
    return this.#waiting.splice(0);
  }

  /** Resolves when nothing waits or runs. */
  idle(): Promise<void> {
    if (!this.#running) return Promise.resolve();
    return new Promise((resolve) => this.#idleListeners.push(resolve));
  }

  async #work(): Promise<void> {
    const { run, maxWeight, pauseMs } = this.#options;
    while (this.#waiting.length > 0) {
      const batch = this.#take(maxWeight);
      // One batch at a time is the point.
      await run(batch);
      if (pauseMs > 0 && this.#waiting.length > 0 && this.#waiting.length < maxWeight) {
        await pause(pauseMs);
      }
    }
    this.#running = false;
    for (const resolve of this.#idleListeners.splice(0)) resolve();
  }

  #take(maxWeight: number): Item[] {
    const { weigh } = this.#options;
    if (!weigh) return this.#waiting.splice(0, maxWeight);
    let weight = 0;
    let count = 0;
    for (const item of this.#waiting) {
      weight += weigh(item);
      if (count > 0 && weight > maxWeight) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }
}
