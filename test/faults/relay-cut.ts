import assert from 'node:assert/strict';
import { join } from 'node:path';
import { newId } from '../../src/platform/ids/id.ts';
import { eventually } from '../support/eventually.ts';
import { auditLedger } from './support/audit.ts';
import { CUTS, CuttingProxy, type ChooseCut, type Cut } from './support/cutting-proxy.ts';
import { withRig, type Fault, type Lab, type Rig } from './support/fault.ts';
import { leaveBehind, note } from './support/left-behind.ts';
import { COMMIT, isAmong, READS_WAITING, TAKES_OVER } from './support/statements.ts';

const CUT_WITHIN_MS = 30_000;

/** Cuts that are still to be made, by place. */
type Plan = { takeovers: Cut[]; readings: Cut[] };

/** Connections break while an instance takes envelopes over, and while it reads them, in every way. */
export const relayCut: Fault = {
  name: 'relay-cut',
  times: { full: 20, short: 2 },
  run: (lab, times) => withRig(lab, (rig) => cutRelay(lab, rig, times)),
};

async function cutRelay(lab: Lab, rig: Rig, times: number): Promise<string> {
  const plan: Plan = { takeovers: [], readings: [] };
  const proxy = await CuttingProxy.start(rig.url, join(lab.folder, 'relay.sock'), chooseFrom(plan));
  try {
    const worker = await rig.start({ databaseUrl: proxy.url });
    let events = 0;
    for (let round = 0; round < times; round += 1) {
      plan.takeovers.push(...CUTS);
      plan.readings.push(...CUTS);
      // Each has an owner of its own, and is taken over by itself.
      for (let left = 0; left < 2 * CUTS.length; left += 1) {
        await leaveBehind(rig.database, [[note(newId(), 1, left)], [note(newId(), 1, left)]]);
      }
      await eventually(() => {
        assert.deepEqual(plan, { takeovers: [], readings: [] });
      }, CUT_WITHIN_MS);
      events = await auditLedger(rig.database);
    }
    await worker.stop();
    return `${2 * CUTS.length * times} cuts, ${events} events`;
  } finally {
    await proxy.stop();
  }
}

function chooseFrom({ takeovers, readings }: Plan): ChooseCut {
  return (statement, earlier) => {
    if (READS_WAITING.test(statement)) return readings.shift();
    if (COMMIT.test(statement) && isAmong(TAKES_OVER, earlier)) return takeovers.shift();
    return undefined;
  };
}
