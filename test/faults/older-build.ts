import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../src/platform/database/database.ts';
import { retireConsumer } from '../../src/platform/events/consumer-registry.ts';
import { auditLedger } from './support/audit.ts';
import { CONSUMERS } from './support/fault-consumers.ts';
import { STEADY_LOAD, withRig, type Fault, type Rig } from './support/fault.ts';

const LOAD = { load: STEADY_LOAD };

/** A build with one more consumer starts beside an older one, which knows nothing of it. */
export const olderBuild: Fault = {
  name: 'older-build',
  times: { full: 10, short: 1 },
  run: (lab, times) =>
    withRig(lab, async (rig) => {
      const consumers = [...CONSUMERS];
      let older = await rig.start(LOAD);
      for (let build = 1; build <= times; build += 1) {
        await pause(Math.random() * 300);
        consumers.push(`newcomer-${build}`);
        const newer = await rig.start({ ...LOAD, consumers });
        await pause(200 + Math.random() * 300);
        // Its last envelopes are finished by a process that does not know the newcomer.
        await older.endLoad();
        await older.stop();
        older = newer;
      }
      await refusesToGoBack(rig);
      await older.endLoad();
      const events = await auditLedger(rig.database);
      for (const name of consumers.slice(CONSUMERS.length)) await sawAll(rig.database, name);
      return `${times} newer builds, ${events} events`;
    }),
};

/** A consumer is retired, runs on in no build for a while, and comes back beside an older build. */
export const retiredComesBack: Fault = {
  name: 'retired-comes-back',
  times: { full: 5, short: 1 },
  run: (lab, times) =>
    withRig(lab, async (rig) => {
      for (let round = 0; round < times; round += 1) {
        const [early, late] = [`newcomer-${round}a`, `newcomer-${round}b`];
        await stopped(rig, [early]);
        await stopped(rig, [early, late]);
        assert.ok(await retireConsumer(rig.database, early));
        const older = await rig.start({ ...LOAD, consumers: [...CONSUMERS, late] });
        await pause(300);
        const newer = await rig.start({ ...LOAD, consumers: [...CONSUMERS, late, early] });
        const cameBackAt = await timeNow(rig.database);
        await pause(500);
        await older.endLoad();
        await older.stop();
        await newer.endLoad();
        await auditLedger(rig.database);
        await sawAll(rig.database, early, cameBackAt);
        await newer.stop();
        for (const name of [early, late]) await retireConsumer(rig.database, name);
      }
      return `${times} came back`;
    }),
};

/** A build that registers its consumers and ends. */
async function stopped(rig: Rig, newcomers: readonly string[]): Promise<void> {
  const worker = await rig.start({ consumers: [...CONSUMERS, ...newcomers] });
  await worker.stop();
}

/** An older build does not start by mistake; on demand it does, and leaves the events to others. */
async function refusesToGoBack(rig: Rig): Promise<void> {
  await assert.rejects(rig.start(), (error: Error) => {
    assert.match(error.message, /^the database knows event consumers .*newcomer-1[^\n]*$/);
    return true;
  });
  const allowed = await rig.start({ ...LOAD, allowsUnknownConsumers: true });
  await pause(300);
  await allowed.endLoad();
  await allowed.stop();
}

/** Whatever was recorded after the consumer was known must have reached it once, and nothing twice. */
async function sawAll(database: Database, consumer: string, since?: Date): Promise<void> {
  const astray = await database.select(
    `SELECT HEX(l.event_id) AS event, l.recorded_at, COUNT(e.id) AS effects FROM fault_ledger AS l
     JOIN platform_consumer AS c ON c.name = ?
     LEFT JOIN fault_effects AS e ON e.event_id = l.event_id AND e.consumer = c.name
     GROUP BY l.event_id, l.recorded_at, c.registered_at
     HAVING effects > 1 OR (effects = 0 AND l.recorded_at > COALESCE(?, c.registered_at))`,
    [consumer, since ?? null],
  );
  assert.equal(astray.length, 0, `${consumer} missed or doubled ${astray.length} events`);
}

async function timeNow(database: Database): Promise<Date> {
  return new Date(await database.timeMs());
}
