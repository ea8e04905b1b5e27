import type { Clock } from '../../src/platform/clock/clock.ts';

/** The time of this host, for parts of a shop that stand alone. */
export const HOST_CLOCK: Clock = { now: () => new Date(), nowMs: () => Date.now() };
