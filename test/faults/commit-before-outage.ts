import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { auditLedger } from './support/audit.ts';
import { CuttingProxy } from './support/cutting-proxy.ts';
import { STEADY_LOAD, withRig, type Fault } from './support/fault.ts';
import { CLAIMS, COMMIT, isAmong, STORES_EVENTS, WRITES_LEDGER } from './support/statements.ts';

/** Longer than a transaction is tried again for. */
const OUTAGE_MS = 1500;
const BUSY_MS = 300;
const SETTLED_WITHIN_MS = 300_000;

/**
 * The database does a COMMIT, of a writer or a consumer by turns, and is gone before it can say so:
 * nobody in the process knows of the envelope, and the process lives on.
 */
export const commitBeforeOutage: Fault = {
  name: 'commit-before-outage',
  times: { full: 20, short: 2 },
  run: (lab, times) =>
    withRig(lab, async (rig) => {
      let isNext: RegExp | undefined;
      const proxy = await CuttingProxy.start(
        rig.url,
        join(lab.folder, 'outage.sock'),
        (statement, earlier) => {
          if (!isNext || !COMMIT.test(statement) || !isAmong(isNext, earlier)) return undefined;
          if (!isAmong(STORES_EVENTS, earlier)) return undefined;
          isNext = undefined;
          setTimeout(() => proxy.beginOutage(), 1);
          return 'committed';
        },
      );
      try {
        const worker = await rig.start({ databaseUrl: proxy.url, load: STEADY_LOAD });
        for (let outage = 0; outage < times; outage += 1) {
          isNext = outage % 2 === 0 ? WRITES_LEDGER : CLAIMS;
          await pause(BUSY_MS);
          await pause(OUTAGE_MS);
          proxy.endOutage();
          await pause(BUSY_MS);
        }
        const { unavailable } = await worker.endLoad();
        const events = await auditLedger(rig.database, { withinMs: SETTLED_WITHIN_MS });
        await worker.stop();
        return `${times} outages, ${events} events, ${unavailable} writers told to come back`;
      } finally {
        await proxy.stop();
      }
    }),
};
