/**
 * Lets work on the same thing wait for each other, in the order in which it came; work on different
 * things runs at once. Keeps nothing of what is done.
 */
export class OneAtATime {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs `work` once everything that came before it under this key has ended, well or not. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const turn = newTurn();
    this.#last.set(key, turn.over);
    await before;
    try {
      return await work();
    } finally {
      if (this.#last.get(key) === turn.over) this.#last.delete(key);
      turn.end();
    }
  }
}

/** A promise that says when a turn is over. */
function newTurn(): { over: Promise<void>; end: () => void } {
  let end: (() => void) | undefined;
  const over = new Promise<void>((resolve) => (end = resolve));
  return { over, end: () => end?.() };
}
