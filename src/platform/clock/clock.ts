/** The shop's time. Injected everywhere; hosts' wall clocks decide nothing. */
export interface Clock {
  now(): Date;
  nowMs(): number;
}

/** A round trip that is worth no second question. */
const SHORT_MS = 10;
const MOST_QUESTIONS = 5;

/**
 * Monotonic time corrected to the database's. Between corrections it advances with the process's
 * monotonic clock, so a step of the host's wall clock changes nothing.
 */
export class DatabaseClock implements Clock {
  readonly #askDatabaseMs: () => Promise<number>;
  /** What the database's time is above the process's monotonic one; not known before `start` is done. */
  #offsetMs = Number.NaN;

  private constructor(askDatabaseMs: () => Promise<number>) {
    this.#askDatabaseMs = askDatabaseMs;
  }

  /** @param askDatabaseMs answers the database's time in milliseconds since 1970 */
  static async start(askDatabaseMs: () => Promise<number>): Promise<DatabaseClock> {
    const clock = new DatabaseClock(askDatabaseMs);
    await clock.correct();
    return clock;
  }

  /**
   * Compares with the database once more. Half of the round trip is taken as the way back, which is
   * wrong by up to as much: after a long one, such as a wait for a connection, it asks again, and
   * believes the shortest (Cristian's algorithm).
   */
  async correct(): Promise<void> {
    let shortestMs = Infinity;
    let offsetMs = this.#offsetMs;
    for (let asked = 0; asked < MOST_QUESTIONS && shortestMs > SHORT_MS; asked += 1) {
      const sentAt = performance.now();
      const databaseMs = await this.#askDatabaseMs();
      const receivedAt = performance.now();
      if (receivedAt - sentAt >= shortestMs) continue;
      shortestMs = receivedAt - sentAt;
      offsetMs = databaseMs - (sentAt + receivedAt) / 2;
    }
    this.#offsetMs = offsetMs;
  }

  nowMs(): number {
    return Math.floor(performance.now() + this.#offsetMs);
  }

  now(): Date {
    return new Date(this.nowMs());
  }

  /**
   * Tells how many milliseconds the host's clock is ahead of the database's; negative when it is
   * behind. For people alone: nothing is decided by it.
   */
  hostAheadMs(): number {
    // The host's own time, since that is what is in question.
    return Date.now() - this.nowMs();
  }
}
