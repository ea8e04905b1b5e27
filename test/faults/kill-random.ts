import { setTimeout as pause } from 'node:timers/promises';
import { auditLedger } from './support/audit.ts';
import { present, STEADY_LOAD, withRig, type Fault } from './support/fault.ts';

/** Of two busy instances one is killed, at any moment, and started again. */
export const killRandom: Fault = {
  name: 'kill-random',
  times: { full: 200, short: 5 },
  run: (lab, times) =>
    withRig(lab, async (rig) => {
      const order = { load: STEADY_LOAD };
      const workers = await Promise.all([rig.start(order), rig.start(order)]);
      for (let kill = 0; kill < times; kill += 1) {
        await pause(20 + Math.random() * 300);
        const index = Math.floor(Math.random() * workers.length);
        await present(workers[index]).kill();
        workers[index] = await rig.start(order);
      }
      await Promise.all(workers.map((worker) => worker.endLoad()));
      const events = await auditLedger(rig.database);
      return `${times} kills, ${events} events`;
    }),
};
