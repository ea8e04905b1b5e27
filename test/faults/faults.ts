import { ambiguousCommit } from './ambiguous-commit.ts';
import { backlog } from './backlog.ts';
import { commitBeforeOutage } from './commit-before-outage.ts';
import { cutBetweenStatements } from './cut-between-statements.ts';
import { databaseRestart } from './database-restart.ts';
import { forcedDeadlock, forcedLockTimeout } from './forced-locks.ts';
import { holdAndRelease } from './hold-and-release.ts';
import { killAtPoint } from './kill-at-point.ts';
import { killRandom } from './kill-random.ts';
import { killerEvent } from './killer-event.ts';
import { memory } from './memory.ts';
import { olderBuild, retiredComesBack } from './older-build.ts';
import { poisonEvent } from './poison-event.ts';
import { redeliveryShuffled } from './redelivery-shuffled.ts';
import { relayCut } from './relay-cut.ts';
import { stoppedPastLease } from './stopped-past-lease.ts';
import type { Fault } from './support/fault.ts';

/** Processes that die, stand still, or are of different builds. */
export const FAULTS_OF_PROCESSES: readonly Fault[] = [
  killRandom,
  ...killAtPoint,
  stoppedPastLease,
  killerEvent,
  olderBuild,
  retiredComesBack,
];

/** A database that goes away or refuses, and events that come in strange ways or numbers. */
export const FAULTS_OF_THE_REST: readonly Fault[] = [
  ambiguousCommit,
  cutBetweenStatements,
  commitBeforeOutage,
  relayCut,
  databaseRestart,
  redeliveryShuffled,
  forcedDeadlock,
  forcedLockTimeout,
  holdAndRelease,
  poisonEvent,
  backlog,
  memory,
];

/** Everything that may go wrong, in the order in which it is tried. */
export const FAULTS = [...FAULTS_OF_PROCESSES, ...FAULTS_OF_THE_REST];
