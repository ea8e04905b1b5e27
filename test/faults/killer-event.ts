import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { auditLedger } from './support/audit.ts';
import { TIMING, withRig, type Fault, type Rig } from './support/fault.ts';
import { countDead, hasten } from './poison-event.ts';

/** Lives that one such event may cost: three in company, ten by itself, and some that were too short. */
const LIVES_PER_EVENT = 20;
const SETTLED_WITHIN_MS = 300_000;

/** Events whose handling ends the process: dead letters in the end, and nobody else is lost. */
export const killerEvent: Fault = {
  name: 'killer-event',
  times: { full: 3, short: 1 },
  run: (lab, times) =>
    withRig(lab, async (rig) => {
      const first = await rig.start();
      const moods = Array.from({ length: times }, () => ['plain', 'killer'] as const).flat();
      // The process may die before it has answered.
      await Promise.race([first.record([...moods, 'plain']), first.exited]);
      await first.exited;

      let lives = 1;
      while ((await countDead(rig.database, 10)) < times) {
        assert.ok(lives <= times * LIVES_PER_EVENT, `${lives} lives were not enough`);
        await oneMoreLife(rig);
        lives += 1;
      }
      await rig.start();
      await auditLedger(rig.database, { moods: ['plain'] });
      return `${times} events dead after ${lives} lives`;
    }),
};

/** Starts an instance, which dies of the event unless that is a dead letter. */
async function oneMoreLife(rig: Rig): Promise<void> {
  // Before its events are parked, the envelope belongs to the instance before, which must be missed.
  if ((await hasten(rig.database)) === 0) await pause(TIMING.leaseMs);
  const worker = rig.launch();
  await Promise.race([worker.exited, pause(SETTLED_WITHIN_MS, undefined, { ref: false })]);
  await worker.kill();
}
