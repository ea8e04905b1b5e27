import assert from 'node:assert/strict';
import type { Database } from '../../src/platform/database/database.ts';
import { eventually } from '../support/eventually.ts';
import { auditLedger } from './support/audit.ts';
import { STEADY_LOAD, withRig, type Fault } from './support/fault.ts';

const DEAD_WITHIN_MS = 300_000;
const LARGEST_LAG_MS = 5000;

/** Events that a consumer fails on, for good: nobody else waits, and mending it is enough. */
export const poisonEvent: Fault = {
  name: 'poison-event',
  times: { full: 50, short: 3 },
  run: (lab, times) =>
    withRig(lab, async (rig) => {
      const broken = await rig.start({ load: STEADY_LOAD });
      for (let event = 0; event < times; event += 1) {
        await broken.record(['plain', 'poison', 'plain']);
      }
      await eventually(async () => {
        await hasten(rig.database);
        assert.equal(await countDead(rig.database, 10), times);
      }, DEAD_WITHIN_MS);
      await broken.endLoad();
      await auditLedger(rig.database, { moods: ['plain'] });
      const lagMs = await largestLagMs(rig.database);
      assert.ok(lagMs < LARGEST_LAG_MS, `others waited for ${lagMs} ms`);
      await broken.stop();

      await rig.start({ takesPoison: true });
      await replay(rig.database);
      const events = await auditLedger(rig.database);
      return `${times} events dead and replayed, ${events} events, others waited at most ${lagMs} ms`;
    }),
};

/**
 * Lets parked events be tried again now instead of after minutes.
 * @returns how many there are
 */
export async function hasten(database: Database): Promise<number> {
  return database.write(
    `UPDATE platform_parked_event SET next_try_at = CURRENT_TIMESTAMP(3) WHERE state = 'waiting'`,
  );
}

/** Dead letters that were tried so often. */
export async function countDead(database: Database, attempts: number): Promise<number> {
  const [row] = await database.select<{ dead: number }>(
    `SELECT COUNT(*) AS dead FROM platform_parked_event WHERE state = 'dead' AND attempts = ?`,
    [attempts],
  );
  return row?.dead ?? 0;
}

async function replay(database: Database): Promise<void> {
  await database.write(
    `UPDATE platform_parked_event
     SET state = 'waiting', attempts = 0, next_try_at = CURRENT_TIMESTAMP(3) WHERE state = 'dead'`,
  );
}

/** From the commit to the effect of the event that took longest, of those that nobody failed on. */
async function largestLagMs(database: Database): Promise<number> {
  const [row] = await database.select<{ lagMs: number }>(
    `SELECT MAX(TIMESTAMPDIFF(MICROSECOND, l.recorded_at, e.applied_at)) / 1000 AS lagMs
     FROM fault_ledger AS l
     JOIN fault_effects AS e ON e.event_id = l.event_id AND e.consumer = 'keep'
     WHERE l.mood = 'plain'`,
  );
  return Math.round(row?.lagMs ?? Number.NaN);
}
