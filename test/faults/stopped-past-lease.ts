import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../src/platform/database/database.ts';
import { eventually } from '../support/eventually.ts';
import { auditLedger } from './support/audit.ts';
import { present, STEADY_LOAD, withRig, type Fault } from './support/fault.ts';

/** One of two busy instances stands still for longer than its lease, and goes on as if nothing were. */
export const stoppedPastLease: Fault = {
  name: 'stopped-past-lease',
  times: { full: 50, short: 3 },
  run: (lab, times) =>
    withRig(lab, async (rig) => {
      const order = { load: STEADY_LOAD };
      const workers = await Promise.all([rig.start(order), rig.start(order)]);
      for (let stop = 0; stop < times; stop += 1) {
        const worker = present(workers[stop % workers.length]);
        await eventually(async () => assert.equal(await countInstances(rig.database), 2));
        worker.signal('SIGSTOP');
        await eventually(async () => assert.equal(await countInstances(rig.database), 1));
        await pause(Math.random() * 500);
        worker.signal('SIGCONT');
        await pause(100 + Math.random() * 200);
      }
      await Promise.all(workers.map((worker) => worker.endLoad()));
      const events = await auditLedger(rig.database);
      return `${times} stops, ${events} events`;
    }),
};

async function countInstances(database: Database): Promise<number> {
  return (await database.select('SELECT id FROM platform_instance')).length;
}
