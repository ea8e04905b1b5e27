import { bulkParameter, bulkRows, hex } from '../../../src/platform/database/bulk.ts';
import type { Transaction } from '../../../src/platform/database/transaction.ts';
import { defineConsumer, type Consumer } from '../../../src/platform/events/consumer.ts';
import { recordEvents } from '../../../src/platform/events/record-events.ts';
import type { Id } from '../../../src/platform/ids/id.ts';
import { echoed, noted } from './told-events.ts';

/** The consumers that every fault runs; others are called `newcomer-…`. */
export const CONSUMERS = ['keep', 'count', 'hear'];

const INSERT_EFFECTS = `
  INSERT INTO fault_effects (consumer, event_id)
  SELECT ?, UNHEX(e.event_id) FROM ${bulkRows('e', { event_id: 'id' })}`;

const ADD_TO_COUNTERS = `
  INSERT INTO fault_counters (aggregate_id, events, amount)
  SELECT UNHEX(c.aggregate_id), c.events, c.amount
  FROM ${bulkRows('c', { aggregate_id: 'id', events: 'bigint', amount: 'bigint' })}
  ON DUPLICATE KEY UPDATE fault_counters.events = fault_counters.events + VALUES(events),
    fault_counters.amount = fault_counters.amount + VALUES(amount)`;

const KEEP_LATEST = `
  INSERT INTO fault_latest (aggregate_id, version, amount) VALUES (UNHEX(?), ?, ?)
  ON DUPLICATE KEY UPDATE
    amount = IF(VALUES(version) > version, VALUES(amount), amount),
    version = GREATEST(version, VALUES(version))`;

/** @param takesPoison false as long as `keep` fails on events of the mood `poison` */
export function faultConsumers(names: readonly string[], takesPoison: boolean): Consumer[] {
  return names.map((name) => {
    switch (name) {
      case 'keep':
        return keep(takesPoison);
      case 'count':
        return count;
      case 'hear':
        return hear;
      case 'latest':
        return latest;
      default:
        return newcomer(name);
    }
  });
}

/** Writes a row for each event, and causes one. */
function keep(takesPoison: boolean): Consumer {
  return defineConsumer({
    name: 'keep',
    lane: 'keep',
    on: [noted],
    ordering: 'commutative',
    handle: async (tx, events) => {
      await insertEffects(tx, 'keep', events);
      // After the first statement: what fails or dies here has something to undo.
      for (const { payload } of events) {
        if (payload.mood === 'killer') process.kill(process.pid, 'SIGKILL');
        if (payload.mood === 'poison' && !takesPoison) throw new Error('I cannot take this');
      }
      recordEvents(
        tx,
        ...events.map(({ aggregateId, aggregateVersion, payload: { eventId } }) =>
          echoed.of(aggregateId, aggregateVersion, { eventId }),
        ),
      );
    },
  });
}

/** Adds up: a doubled or lost event shows in the sum. */
const count = defineConsumer({
  name: 'count',
  lane: 'count',
  on: [noted],
  ordering: 'commutative',
  handle: async (tx, events) => {
    const sums = new Map<Id, { events: number; amount: number }>();
    for (const { aggregateId, payload } of events) {
      const sum = sums.get(aggregateId) ?? { events: 0, amount: 0 };
      sum.events += 1;
      sum.amount += payload.amount;
      sums.set(aggregateId, sum);
    }
    const rows = [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1));
    await tx.write(ADD_TO_COUNTERS, [
      bulkParameter(rows.map(([id, sum]) => [hex(id), sum.events, sum.amount])),
    ]);
  },
});

/** Hears of what `keep` has taken. */
const hear = defineConsumer({
  name: 'hear',
  lane: 'hear',
  on: [echoed],
  ordering: 'commutative',
  handle: (tx, events) => insertEffects(tx, 'hear', events),
});

/** Keeps each aggregate's amount as of its highest version. */
const latest = defineConsumer({
  name: 'latest',
  lane: 'latest',
  on: [noted],
  ordering: 'latest-wins',
  handle: async (tx, events) => {
    for (const { aggregateId, aggregateVersion, payload } of inOrderOfIds(events)) {
      await tx.write(KEEP_LATEST, [hex(aggregateId), aggregateVersion, payload.amount]);
    }
  },
});

/** Two instances lock the same rows in the same order. */
function inOrderOfIds<Event extends { aggregateId: Id }>(events: readonly Event[]): Event[] {
  return events.toSorted((a, b) => (a.aggregateId < b.aggregateId ? -1 : 1));
}

/** What only a newer build contains. */
function newcomer(name: string): Consumer {
  return defineConsumer({
    name,
    lane: 'newcomers',
    on: [noted],
    ordering: 'commutative',
    handle: (tx, events) => insertEffects(tx, name, events),
  });
}

async function insertEffects(
  tx: Transaction,
  consumer: string,
  events: readonly { payload: { eventId: Id } }[],
): Promise<void> {
  await tx.write(INSERT_EFFECTS, [
    consumer,
    bulkParameter(events.map(({ payload }) => [hex(payload.eventId)])),
  ]);
}
