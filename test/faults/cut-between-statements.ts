import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { newId } from '../../src/platform/ids/id.ts';
import { auditLedger } from './support/audit.ts';
import { CuttingProxy } from './support/cutting-proxy.ts';
import { withRig, type Fault } from './support/fault.ts';
import { CONSUMERS, faultConsumers } from './support/fault-consumers.ts';
import { startInstance } from './support/in-process.ts';
import { recordNoted } from './support/load.ts';
import { CLAIMS, WRITES_LEDGER } from './support/statements.ts';

/** Long enough for the driver to notice while it waits for nothing. */
const NOTICED_MS = 20;

/** A connection breaks while its transaction, of a writer or a consumer by turns, sends nothing. */
export const cutBetweenStatements: Fault = {
  name: 'cut-between-statements',
  times: { full: 40, short: 4 },
  run: (lab, times) =>
    withRig(lab, async (rig) => {
      const proxy = await CuttingProxy.start(
        rig.url,
        join(lab.folder, 'idle.sock'),
        () => undefined,
      );
      const instance = await startInstance(proxy.url, faultConsumers(CONSUMERS, true));
      try {
        for (let cut = 0; cut < times; cut += 1) {
          const isCut = instance.points.arm({
            when: 'after',
            statement: cut % 2 === 0 ? WRITES_LEDGER : CLAIMS,
            run: async () => {
              proxy.beginOutage();
              await pause(NOTICED_MS);
              proxy.endOutage();
            },
          });
          await recordNoted(instance.backbone, [{ aggregateId: newId(), mood: 'plain' }]);
          await isCut;
          await instance.backbone.settled();
        }
        const events = await auditLedger(rig.database);
        assert.equal(events, times);
        const parked = await rig.database.select('SELECT error FROM platform_parked_event');
        assert.deepEqual(parked, []);
        return `${times} cuts`;
      } finally {
        await instance.stop();
        await proxy.stop();
      }
    }),
};
