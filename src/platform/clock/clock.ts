/** The shop's time. Injected everywhere; hosts' wall clocks decide nothing. */
export interface Clock {
  now(): Date;
  nowMs(): number;
}

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

  /** Compares with the database once more; half of the round trip is taken as the way back. */
  async correct(): Promise<void> {
    const sentAt = performance.now();
    const databaseMs = await this.#askDatabaseMs();
    const receivedAt = performance.now();
    this.#offsetMs = databaseMs - (sentAt + receivedAt) / 2;
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
