import type { Logger } from '../logging/logger.ts';
import type { DatabaseClock } from './clock.ts';

/** Hosts that keep time by NTP are within milliseconds; this much is a mistake in their set-up. */
const LARGEST_OFFSET_MS = 2000;

/**
 * Warns when the host's clock is off the database's. The shop follows the database's, but times in
 * logs, and whatever else runs on the host, do not.
 */
export class HostClock {
  readonly #clock: Pick<DatabaseClock, 'hostAheadMs'>;
  readonly #log: Logger;
  #isOff = false;

  constructor(clock: Pick<DatabaseClock, 'hostAheadMs'>, log: Logger) {
    this.#clock = clock;
    this.#log = log;
  }

  /** What people should know of it now; empty when there is nothing. */
  warnings(): string[] {
    const aheadMs = this.#clock.hostAheadMs();
    return isOff(aheadMs) ? [describe(aheadMs)] : [];
  }

  /** Logs when the clock has come to be off since the last look, and when it has come to be right. */
  look(): void {
    const hostAheadMs = this.#clock.hostAheadMs();
    if (isOff(hostAheadMs) === this.#isOff) return;
    this.#isOff = !this.#isOff;
    if (this.#isOff) this.#log.warn({ hostAheadMs }, describe(hostAheadMs));
    else this.#log.info({ hostAheadMs }, "the host's clock agrees with the database's again");
  }
}

function isOff(aheadMs: number): boolean {
  return Math.abs(aheadMs) > LARGEST_OFFSET_MS;
}

function describe(aheadMs: number): string {
  const seconds = (Math.abs(aheadMs) / 1000).toFixed(1);
  return `the host's clock is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the database's`;
}
