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
  /** How long patient items wait for others that are not, in milliseconds; 0 when not given. */
  patienceMs?: number;
  /** A batch of patient items begins so long after the one before, in milliseconds; 0 when not given. */
  restMs?: number;
  /**
   * Batches that may run at once; 1 when not given. One begins beside another when half as much waits
   * as the last one took in hand: small batches cost more an item, and with none beside it, a large one
   * leaves either this process or what it asks idle.
   */
  parallel?: number;
};

type Waiting<Item> = { item: Item; weight: number; isPatient: boolean };

/**
 * Natural batching: what arrives while a batch runs shares the next one. An idle collector starts at
 * once, so a lone item waits for nobody; under load batches grow and the cost of an item falls.
 */
export class Collector<Item> {
  readonly #options: CollectorOptions<Item>;
  readonly #waiting: Waiting<Item>[] = [];
  readonly #idleListeners: (() => void)[] = [];
  /** Of all waiting items. */
  #weight = 0;
  /** Waiting items that are not patient. */
  #urgent = 0;
  #running = 0;
  /** The weight of the batch that began last. */
  #inHand = 0;
  #patience: NodeJS.Timeout | undefined;
  /** On the process's monotonic clock. */
  #endedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: CollectorOptions<Item>) {
    this.#options = options;
  }

  /** @param isPatient lets it wait for an item that is not, as `patienceMs` and `restMs` say */
  add(item: Item, isPatient = false): void {
    const { weigh = () => 1 } = this.#options;
    const weight = weigh(item);
    this.#waiting.push({ item, weight, isPatient });
    this.#weight += weight;
    if (!isPatient) this.#urgent += 1;
    this.#wake();
  }

  get busy(): boolean {
    return this.#running > 0 || this.#waiting.length > 0;
  }

  /** Takes out what waits and is not in a running batch. */
  clear(): Item[] {
    const cleared = this.#waiting.splice(0);
    this.#weight = 0;
    this.#urgent = 0;
    this.#stopWaiting();
    if (this.#running === 0) this.#tellIdle();
    return cleared.map(({ item }) => item);
  }

  /** Resolves when nothing waits or runs; patient items wait no longer. */
  idle(): Promise<void> {
    if (!this.busy) return Promise.resolve();
    if (this.#running === 0) this.#start();
    return new Promise((resolve) => this.#idleListeners.push(resolve));
  }

  /** Starts when there is reason to, or sees to it that it starts in time. */
  #wake(): void {
    const { maxWeight, patienceMs = 0, restMs = 0, parallel = 1 } = this.#options;
    if (this.#running >= parallel) return;
    if (this.#running > 0) {
      if (this.#isEnoughBeside()) this.#start();
      return;
    }
    const restLeftMs = this.#endedAtMs + restMs - performance.now();
    const waitMs = Math.max(patienceMs, restLeftMs);
    if (this.#urgent > 0 || this.#weight >= maxWeight || waitMs <= 0) this.#start();
    else this.#patience ??= setTimeout(() => this.#start(), waitMs);
  }

  #start(): void {
    this.#stopWaiting();
    this.#running += 1;
    // Until it has taken them, those that wait are in hand.
    this.#inHand = Number.POSITIVE_INFINITY;
    // Not a microtask: everything that the present turn of the event loop adds comes along.
    setImmediate(() => void this.#work());
  }

  #stopWaiting(): void {
    clearTimeout(this.#patience);
    this.#patience = undefined;
  }

  async #work(): Promise<void> {
    const { run, maxWeight, pauseMs } = this.#options;
    do {
      const batch = this.#take(maxWeight);
      if (batch.length > 0) await run(batch);
      if (pauseMs > 0 && this.#urgent > 0 && this.#weight < maxWeight) {
        await pause(pauseMs);
      }
    } while (this.#goesOn());
    this.#running -= 1;
    if (this.#running > 0) return;
    this.#endedAtMs = performance.now();
    if (this.#waiting.length === 0) this.#tellIdle();
    else if (this.#idleListeners.length > 0) this.#start();
    else this.#wake();
  }

  /** Whether a batch follows the one that has just ended. */
  #goesOn(): boolean {
    if (this.#running > 1) return this.#urgent > 0 && this.#isEnoughBeside();
    return this.#urgent > 0 || this.#weight >= this.#options.maxWeight;
  }

  /** Whether enough waits for a batch beside another one. */
  #isEnoughBeside(): boolean {
    return this.#weight >= this.#inHand / 2;
  }

  #tellIdle(): void {
    for (const resolve of this.#idleListeners.splice(0)) resolve();
  }

  #take(maxWeight: number): Item[] {
    let taking = 0;
    let count = 0;
    for (const { weight } of this.#waiting) {
      if (count > 0 && taking + weight > maxWeight) break;
      taking += weight;
      count += 1;
    }
    const taken = this.#waiting.splice(0, count);
    this.#weight -= taking;
    this.#inHand = taking;
    for (const { isPatient } of taken) if (!isPatient) this.#urgent -= 1;
    return taken.map(({ item }) => item);
  }
}
