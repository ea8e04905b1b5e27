import type { WorkerProcess } from './worker-process.ts';

const LOOK_EVERY_MS = 100;

/** Notes how much memory a worker takes, over time. */
export class MemoryWatch {
  readonly #samples: number[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(worker: WorkerProcess) {
    this.#timer = setInterval(() => this.#samples.push(worker.residentBytes), LOOK_EVERY_MS);
  }

  /** Ends the watch: the samples in bytes, oldest first, and the largest. */
  stop(): { samples: readonly number[]; largest: number } {
    clearInterval(this.#timer);
    return { samples: this.#samples, largest: Math.max(...this.#samples) };
  }
}
