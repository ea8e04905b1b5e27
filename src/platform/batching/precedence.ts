/**
 * Lets some work go before other work of the same process. All share one thread: a crowd that wants
 * something for nothing would take most of it from those who are paying.
 */
export class Precedence {
  #underWay = 0;

  /** Whether there is work under way for which other work should stand back. */
  get isTaken(): boolean {
    return this.#underWay > 0;
  }

  /** The same function; other work stands back while it runs. */
  first<Arguments extends unknown[], Result>(
    work: (...args: Arguments) => Promise<Result>,
  ): (...args: Arguments) => Promise<Result> {
    return async (...args) => {
      this.#underWay += 1;
      try {
        return await work(...args);
      } finally {
        this.#underWay -= 1;
      }
    };
  }
}
