import assert from 'node:assert/strict';
import { auditLedger } from './support/audit.ts';
import type { DeathPlace } from './support/death-points.ts';
import { STEADY_LOAD, withRig, type Fault } from './support/fault.ts';

/** An instance dies at just this place, and the next one goes on. */
function killAt(place: DeathPlace): Fault {
  return {
    name: `kill-${place}`,
    times: { full: 20, short: 2 },
    run: (lab, times) =>
      withRig(lab, async (rig) => {
        for (let kill = 0; kill < times; kill += 1) {
          const nth = 1 + Math.floor(Math.random() * 20);
          const worker = rig.launch({ load: STEADY_LOAD, dieAt: { place, nth } });
          assert.equal(await worker.exited, 'SIGKILL');
        }
        await rig.start();
        const events = await auditLedger(rig.database);
        return `${times} kills, ${events} events`;
      }),
  };
}

export const killAtPoint: readonly Fault[] = [
  killAt('before-commit'),
  killAt('after-commit'),
  killAt('in-handler'),
  killAt('before-mark'),
];
