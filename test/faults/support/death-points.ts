import type { RacePoint } from './race-points.ts';
import { CLAIMS, COMMIT, HAS_EFFECT, MARKS, STORES_EVENTS } from './statements.ts';

/** Where a process dies, in words of what it has and has not done by then. */
export type DeathPlace = 'before-commit' | 'after-commit' | 'in-handler' | 'before-mark';

const PLACES: Record<DeathPlace, Omit<RacePoint, 'run' | 'nth'>> = {
  // The changes and the envelope are written, and nobody has them.
  'before-commit': { when: 'before', statement: COMMIT, within: STORES_EVENTS },
  // The envelope is in the outbox, and in nobody's memory.
  'after-commit': { when: 'after', statement: COMMIT, within: STORES_EVENTS },
  // The claim and half of the effect are written.
  'in-handler': {
    when: 'after',
    statement: HAS_EFFECT,
    within: CLAIMS,
  },
  // Everybody is done with the envelope, and nobody knows.
  'before-mark': { when: 'before', statement: MARKS },
};

/** The process ends there, at once, the n-th time that it comes by. */
export function deathPoint(place: DeathPlace, nth: number): RacePoint {
  return { ...PLACES[place], nth, run: die };
}

/** Ends this process as a power cut would; never resolves. */
export async function die(): Promise<void> {
  process.kill(process.pid, 'SIGKILL');
  // Nothing more is sent until the signal arrives.
  await new Promise(() => undefined);
}
