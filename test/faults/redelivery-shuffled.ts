import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../src/platform/database/database.ts';
import type { RecordedEvent } from '../../src/platform/events/define-event.ts';
import { newId } from '../../src/platform/ids/id.ts';
import { inBatches, randomFrom, shuffled } from '../support/shuffle.ts';
import { auditLedger } from './support/audit.ts';
import { withRig, type Fault, type Lab } from './support/fault.ts';
import { CONSUMERS } from './support/fault-consumers.ts';
import { leaveAgain, leaveBehind, note } from './support/left-behind.ts';

const CONSUMERS_OF_BOTH = [...CONSUMERS, 'latest'];
const VERSIONS = 20;
const DELIVERIES = 3;
const MOST_EVENTS_PER_ENVELOPE = 4;
const MOST_ENVELOPES_AT_ONCE = 40;

type Story = readonly RecordedEvent[];

/** Every event comes three times, in any order, to two instances: the end is that of a quiet day. */
export const redeliveryShuffled: Fault = {
  name: 'redelivery-shuffled',
  times: { full: 20_000, short: 1000 },
  run: async (lab, times) => {
    const story = tellStory(times);
    const quiet = await deliverInOrder(lab, story);
    const wild = await deliverShuffled(lab, story);
    assert.deepEqual(wild, quiet);
    return `${story.length} events, each ${DELIVERIES} times`;
  },
};

/** Aggregates that all go through many versions. */
function tellStory(howMany: number): Story {
  const aggregates = Array.from({ length: Math.ceil(howMany / VERSIONS) }, newId);
  return Array.from({ length: VERSIONS }, (_, version) =>
    aggregates.map((aggregateId, index) =>
      note(aggregateId, version + 1, ((version + 1) * 7919 + index) % 1000),
    ),
  ).flat();
}

function deliverInOrder(lab: Lab, story: Story): Promise<unknown> {
  return withRig(lab, async (rig) => {
    await leaveBehind(
      rig.database,
      story.map((event) => [event]),
    );
    await rig.start({ consumers: CONSUMERS_OF_BOTH });
    await auditLedger(rig.database);
    return finalState(rig.database);
  });
}

function deliverShuffled(lab: Lab, story: Story): Promise<unknown> {
  return withRig(lab, async (rig) => {
    const random = randomFrom(story.length);
    const packs = inBatches(shuffled(story, random), MOST_EVENTS_PER_ENVELOPE, random);
    const ids = await leaveBehind(rig.database, packs);
    await Promise.all([1, 2].map(() => rig.start({ consumers: CONSUMERS_OF_BOTH })));
    for (let delivery = 2; delivery <= DELIVERIES; delivery += 1) {
      const batches = inBatches(shuffled(ids, random), MOST_ENVELOPES_AT_ONCE, random);
      for (const batch of batches) {
        await leaveAgain(rig.database, batch);
        await pause(2);
      }
    }
    await auditLedger(rig.database);
    return finalState(rig.database);
  });
}

async function finalState(database: Database): Promise<unknown> {
  return {
    counters: await database.select(
      'SELECT HEX(aggregate_id) AS id, events, amount FROM fault_counters ORDER BY aggregate_id',
    ),
    latest: await database.select(
      'SELECT HEX(aggregate_id) AS id, version, amount FROM fault_latest ORDER BY aggregate_id',
    ),
  };
}
