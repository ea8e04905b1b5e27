import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../src/platform/database/database.ts';
import { eventually } from '../support/eventually.ts';
import { auditLedger } from './support/audit.ts';
import { STEADY_LOAD, withRig, type Fault, type Rig } from './support/fault.ts';
import { RestartableDatabase } from './support/restartable-server.ts';

const SERVING_WITHIN_MS = 300_000;

/** The database server is killed, or ends in order, under busy instances, and comes back. */
export const databaseRestart: Fault = {
  name: 'database-restart',
  times: { full: 5, short: 1 },
  run: async (lab, times) => {
    const server = new RestartableDatabase(join(lab.folder, 'restarted'));
    const serverUrl = await server.start();
    try {
      return await withRig({ ...lab, serverUrl }, (rig) => restartUnderLoad(rig, server, times));
    } finally {
      await server.stop();
    }
  },
};

async function restartUnderLoad(
  rig: Rig,
  server: RestartableDatabase,
  times: number,
): Promise<string> {
  const order = { load: STEADY_LOAD };
  const workers = await Promise.all([rig.start(order), rig.start(order)]);
  for (let restart = 0; restart < times; restart += 1) {
    await pause(500 + Math.random() * 1000);
    await (restart % 2 === 0 ? server.kill() : server.stop());
    // Longer than the first retries, so that callers are told that the database is away.
    await pause(Math.random() * 2000);
    await server.start();
    await moreIsKept(rig.database);
  }
  const reports = await Promise.all(workers.map((worker) => worker.endLoad()));
  const events = await auditLedger(rig.database);
  const refused = reports.reduce((sum, report) => sum + report.unavailable, 0);
  return `${times} restarts, ${events} events, ${refused} writers told to come back`;
}

/** Waits until the instances work again. */
async function moreIsKept(database: Database): Promise<void> {
  const kept = () =>
    database.select<{ last: number | null }>('SELECT MAX(id) AS last FROM fault_effects');
  const [before] = await eventually(kept, SERVING_WITHIN_MS);
  await eventually(async () => {
    const [now] = await kept();
    assert.ok((now?.last ?? 0) > (before?.last ?? 0), 'nothing is handled after the restart');
  }, SERVING_WITHIN_MS);
}
