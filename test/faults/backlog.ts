import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../src/platform/database/database.ts';
import { newId } from '../../src/platform/ids/id.ts';
import { auditLedger } from './support/audit.ts';
import { present, withRig, type Fault } from './support/fault.ts';
import { leaveBehind, note } from './support/left-behind.ts';
import { MemoryWatch } from './support/memory-watch.ts';

const MEGABYTE = 1024 * 1024;
const MOST_MEGABYTES = 100;
const ROWS_AT_ONCE = 1000;
const AGGREGATES = 100;
const DRAINED_WITHIN_MS = 600_000;

/** An instance finds envelopes of a dead one, many more than fit into its memory. */
export const backlog: Fault = {
  name: 'backlog',
  times: { full: 100_000, short: 3000 },
  run: (lab, times) =>
    withRig(lab, async (rig) => {
      const idle = await rig.start();
      await pause(1000);
      const idleBytes = idle.residentBytes;
      await idle.stop();

      await leaveEvents(rig.database, times);
      const worker = rig.launch();
      const memory = new MemoryWatch(worker);
      const startedAt = performance.now();
      const events = await auditLedger(rig.database, { withinMs: DRAINED_WITHIN_MS });
      const seconds = (performance.now() - startedAt) / 1000;
      const grown = Math.round((memory.stop().largest - idleBytes) / MEGABYTE);
      assert.ok(grown < MOST_MEGABYTES, `the process grew by ${grown} MiB`);
      assert.equal(events, times);
      return `${events} events in ${seconds.toFixed(1)} s, at most ${grown} MiB above idle`;
    }),
};

/** An envelope for each event, as an instance leaves them that dies before it hands over any. */
async function leaveEvents(database: Database, howMany: number): Promise<void> {
  const aggregates = Array.from({ length: AGGREGATES }, newId);
  for (let left = howMany; left > 0; left -= ROWS_AT_ONCE) {
    const packs = Array.from({ length: Math.min(ROWS_AT_ONCE, left) }, (_, index) => [
      note(present(aggregates[index % AGGREGATES]), 1, index),
    ]);
    await leaveBehind(database, packs);
  }
}
