import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConcurrentChange } from '../../../src/platform/database/sql-error.ts';
import type { Transaction } from '../../../src/platform/database/transaction.ts';
import { defineConsumer } from '../../../src/platform/events/consumer.ts';
import { defineEvent, type RecordedEvent } from '../../../src/platform/events/define-event.ts';
import type { EventBackbone } from '../../../src/platform/events/event-backbone.ts';
import { recordEvents } from '../../../src/platform/events/record-events.ts';
import { newId } from '../../../src/platform/ids/id.ts';
import { createBackboneRig, effectsOf } from '../../support/start-backbone.ts';

const Note = Type.Object({ note: Type.String() });
const noted = defineEvent('test.noted', Note);
const echoed = defineEvent('test.echoed', Note);

const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

const insertEffect = (tx: Transaction, consumer: string, note: string) =>
  tx.write('INSERT INTO test_effects (consumer, note) VALUES (?, ?)', [consumer, note]);

/** What goes wrong, once each, when the consumer has handled such a note by itself. */
const failures = new Map<string, (tx: Transaction) => Promise<never>>();

/** Causes an event for each; fails on notes named `poison …` when it has done so. */
const echo = defineConsumer({
  name: 'echo',
  lane: 'echo',
  on: [noted],
  ordering: 'commutative',
  handle: async (tx, events) => {
    for (const { aggregateId, payload } of events) {
      await insertEffect(tx, 'echo', payload.note);
      recordEvents(tx, echoed.of(aggregateId, 1, payload));
    }
    for (const { payload } of events) {
      if (payload.note.startsWith('poison')) throw new Error('I cannot take this');
      const fail = events.length === 1 ? failures.get(payload.note) : undefined;
      failures.delete(payload.note);
      await fail?.(tx);
    }
  },
});

const listener = defineConsumer({
  name: 'listener',
  lane: 'listener',
  on: [echoed],
  ordering: 'commutative',
  handle: async (tx, events) => {
    for (const { payload } of events) await insertEffect(tx, 'listener', payload.note);
  },
});

let rig: Awaited<ReturnType<typeof createBackboneRig>>;
let backbone: EventBackbone;
beforeAll(async () => {
  rig = await createBackboneRig();
  await rig.database.write("INSERT INTO test_effects (id, consumer, note) VALUES (1, '-', 'free')");
  // No round of the relay comes in between: what is parked stays as it was parked.
  backbone = await rig.start([echo, listener], { heartbeatMs: 3_600_000 });
});
afterAll(() => rig.close());

/** Has notes handled that come in one envelope, each with a trace of its own aggregate. */
async function handleNotes(...notes: string[]): Promise<void> {
  await backbone.inTransaction(async (tx) => {
    const events = notes.map((note) => noted.of(newId(), 1, { note }));
    for (const { aggregateId } of events) tx.traces.set(aggregateId, TRACE);
    recordEvents(tx, ...events);
  });
  await backbone.settled();
}

type Parked = { event: string; attempts: number; delayMs: number };

/** What is parked of these notes. */
async function parkedOf(...notes: string[]): Promise<(Omit<Parked, 'event'> & { note: string })[]> {
  const rows = await rig.database.select<Parked>(
    `SELECT event, attempts,
            TIMESTAMPDIFF(MICROSECOND, parked_at, next_try_at) / 1000 AS delayMs
     FROM platform_parked_event ORDER BY id`,
  );
  return rows
    .map(({ event, ...row }) => ({ note: noteOf(JSON.parse(event) as RecordedEvent), ...row }))
    .filter(({ note }) => notes.includes(note));
}

const noteOf = (event: RecordedEvent) => (event.payload as { note: string }).note;

describe('a trace', () => {
  const tracesOf = async (note: string) => {
    const rows = await rig.database.select<{ events: string }>(
      "SELECT events FROM platform_outbox WHERE events LIKE '%test.echoed%'",
    );
    return rows
      .flatMap(({ events }) => JSON.parse(events) as RecordedEvent[])
      .filter((event) => noteOf(event) === note)
      .map(({ trace }) => trace);
  };

  it('goes on with what a batch causes that is handled together', async () => {
    await handleNotes('traced');
    expect(await tracesOf('traced')).toEqual([TRACE]);
  });

  it('goes on with what is caused one by one', async () => {
    await handleNotes('traced alone', 'poison beside it');
    expect(await tracesOf('traced alone')).toEqual([TRACE]);
  });
});

describe('a batch with an event that its consumer fails on', () => {
  it('tells of the other events only', async () => {
    await handleNotes('told', 'poison that is not told of', 'told, too');
    for (const consumer of ['echo', 'listener']) {
      const notes = await effectsOf(rig.database, consumer);
      expect(notes.filter((note) => note.includes('told'))).toEqual(['told', 'told, too']);
    }
  });

  it('has that event wait for a second or more', async () => {
    await handleNotes('poison that waits');
    const [parked] = await parkedOf('poison that waits');
    expect(parked).toMatchObject({ attempts: 1 });
    expect(Number(parked?.delayMs)).toBeGreaterThanOrEqual(1000);
  });

  it.each<[string, (tx: Transaction) => Promise<never>]>([
    [
      'finds a row changed',
      async () => {
        throw new ConcurrentChange('somebody else was faster');
      },
    ],
    [
      'waits for a lock for too long',
      async (tx) => {
        const rival = await rig.database.pool.getConnection();
        try {
          await rival.query('START TRANSACTION');
          await rival.query('SELECT 1 FROM test_effects WHERE id = 1 FOR UPDATE');
          // The shortest that the server knows: a second at the most.
          await tx.write('SET SESSION innodb_lock_wait_timeout = 0');
          await tx.write("UPDATE test_effects SET note = 'taken' WHERE id = 1");
          throw new Error('the row should be locked');
        } finally {
          await rival.query('ROLLBACK');
          rival.release();
        }
      },
    ],
  ])('is run again as a whole when another of them %s', async (why, fail) => {
    const notes = [`before: ${why}`, `poison: ${why}`, `meets it: ${why}`];
    failures.set(notes[2] ?? '', fail);
    await handleNotes(...notes);
    const kept = [notes[0], notes[2]];
    expect(failures.size).toBe(0);
    expect((await effectsOf(rig.database, 'echo')).filter((note) => note.endsWith(why))).toEqual(
      kept,
    );
    expect((await parkedOf(...notes)).map(({ note }) => note)).toEqual([notes[1]]);
  });
});
