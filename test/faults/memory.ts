import assert from 'node:assert/strict';
import { auditLedger } from './support/audit.ts';
import { withRig, type Fault } from './support/fault.ts';
import { MemoryWatch } from './support/memory-watch.ts';

const MEGABYTE = 1024 * 1024;
const MOST_MEGABYTES = 50;
const SETTLED_WITHIN_MS = 300_000;

/** A long and busy life of one instance: it takes no more memory at its end than in its youth. */
export const memory: Fault = {
  name: 'memory',
  times: { full: 1_000_000, short: 30_000 },
  run: (lab, times) =>
    withRig(lab, async (rig) => {
      const worker = await rig.start({
        load: { writers: 8, eventsAtOnce: 100, pauseMs: 0, total: times },
      });
      const watch = new MemoryWatch(worker);
      const startedAt = performance.now();
      await worker.awaitLoad();
      const { samples } = watch.stop();
      const seconds = (performance.now() - startedAt) / 1000;
      const events = await auditLedger(rig.database, { withinMs: SETTLED_WITHIN_MS });

      // Without the first tenth, in which code is compiled and caches fill.
      const settled = samples.slice(samples.length / 10);
      const quarter = Math.ceil(settled.length / 4);
      const first = Math.round(median(settled.slice(0, quarter)) / MEGABYTE);
      const last = Math.round(median(settled.slice(-quarter)) / MEGABYTE);
      assert.ok(last - first <= MOST_MEGABYTES, `from ${first} to ${last} MiB`);
      return `${events} events in ${seconds.toFixed(1)} s, from ${first} to ${last} MiB`;
    }),
};

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
