import { Type } from 'typebox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Transaction } from '../../../src/platform/database/transaction.ts';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.ts';
import { defineConsumer, type Consumer } from '../../../src/platform/events/consumer.ts';
import { defineEvent } from '../../../src/platform/events/define-event.ts';
import { recordEvents } from '../../../src/platform/events/record-events.ts';
import { newId } from '../../../src/platform/ids/id.ts';
import { createBackboneRig, effectsOf } from '../../support/start-backbone.ts';

const Note = Type.Object({ note: Type.String() });
const asked = defineEvent('test.asked', Note);
const answered = defineEvent('test.answered', Note);
const stored = defineEvent('test.stored', Note);

const insertEffect = (tx: Transaction, consumer: string, note: string) =>
  tx.write('INSERT INTO test_effects (consumer, note) VALUES (?, ?)', [consumer, note]);

const ask = (note: string) => asked.of(newId(), 1, { note });

/** What each transaction saw, in the order of its handlers. */
const seen: { by: string; isRepeated: boolean; notes: string[] }[] = [];

/** Answers what is asked, in the same transaction if it can. */
function answerer(fault: { error?: Error | undefined } = {}): Consumer {
  return defineConsumer({
    name: 'answerer',
    lane: 'answerer',
    on: [asked],
    atOnce: true,
    ordering: 'commutative',
    handle: async (tx, events) => {
      seen.push({ by: 'answerer', isRepeated: tx.isRepeated, notes: events.map(noteOf) });
      for (const { payload } of events) await insertEffect(tx, 'answerer', payload.note);
      const { error } = fault;
      fault.error = undefined;
      if (error) throw error;
      for (const { payload } of events) recordEvents(tx, answered.of(newId(), 1, payload));
    },
  });
}

const noteOf = (event: { payload: { note: string } }) => event.payload.note;

/** Collects answers, and writes them when the unit ends. */
const answers = new UnitOfWork<string[]>(
  () => [],
  (tx, notes) => {
    tx.later(insertEffect(tx, 'collector', notes.join(' ')));
    recordEvents(tx, stored.of(newId(), 1, { note: notes.join(' ') }));
  },
);

const collector = defineConsumer({
  name: 'collector',
  lane: 'collector',
  on: [answered],
  atOnce: true,
  ordering: 'commutative',
  handle: async (tx, events) => {
    seen.push({ by: 'collector', isRepeated: tx.isRepeated, notes: events.map(noteOf) });
    answers.of(tx).push(...events.map(noteOf));
  },
});

/** Hears afterwards, in a lane. */
const listener = defineConsumer({
  name: 'listener',
  lane: 'listener',
  on: [answered, stored],
  ordering: 'commutative',
  handle: async (tx, events) => {
    for (const event of events) await insertEffect(tx, 'listener', event.payload.note);
  },
});

let rig: Awaited<ReturnType<typeof createBackboneRig>>;
beforeEach(async () => {
  seen.length = 0;
  rig = await createBackboneRig();
});
afterEach(() => rig.close());

const claims = () =>
  rig.database.select<{ name: string }>(
    `SELECT c.name FROM platform_inbox AS i
     JOIN platform_consumer AS c ON c.id = i.consumer_id ORDER BY c.name`,
  );

describe('a transaction that has its events handled at once', () => {
  it('has what they cause handled too, and leaves the rest to the lanes', async () => {
    const backbone = await rig.start([answerer(), collector, listener]);
    await backbone.inTransaction(async (tx) => recordEvents(tx, ask('a'), ask('b')), {
      atOnce: true,
    });
    // Before any lane has run: all of it committed with the question.
    expect(await effectsOf(rig.database, 'answerer')).toEqual(['a', 'b']);
    expect(await effectsOf(rig.database, 'collector')).toEqual(['a b']);
    expect(seen.map(({ by }) => by)).toEqual(['answerer', 'collector']);
    await backbone.settled();
    expect(await effectsOf(rig.database, 'listener')).toEqual(['a', 'b', 'a b']);
    const names = (await claims()).map(({ name }) => name);
    expect(names).toEqual(['answerer', 'collector', 'listener']);
  });

  it('is not asked for by itself: other transactions leave everything to the lanes', async () => {
    const backbone = await rig.start([answerer(), collector, listener]);
    await backbone.inTransaction(async (tx) => {
      recordEvents(tx, ask('a'));
    });
    await backbone.settled();
    expect(await effectsOf(rig.database, 'collector')).toEqual(['a']);
    expect(await rig.database.select('SELECT 1 FROM platform_outbox')).toHaveLength(3);
  });

  it('is handled once when another instance comes upon its envelope', async () => {
    const backbone = await rig.start([answerer(), collector, listener]);
    await backbone.inTransaction(async (tx) => recordEvents(tx, ask('a')), { atOnce: true });
    await backbone.settled();
    await rig.database.write('UPDATE platform_outbox SET dispatched_at = NULL');
    await backbone.stop();
    const next = await rig.start([answerer(), collector, listener]);
    await next.settled();
    expect(await effectsOf(rig.database, 'answerer')).toEqual(['a']);
    expect(await effectsOf(rig.database, 'collector')).toEqual(['a']);
    expect(await effectsOf(rig.database, 'listener')).toEqual(['a', 'a']);
  });

  it.each([
    ['fails on its own account', new Error('a bug')],
    ['loses its connection', Object.assign(new Error('gone'), { fatal: true })],
  ])('is stored by itself when a consumer %s, whose lane then goes on', async (_, error) => {
    const backbone = await rig.start([answerer({ error }), collector, listener]);
    const result = await backbone.inTransaction(
      async (tx) => {
        await insertEffect(tx, 'writer', tx.isRepeated ? 'again' : 'first');
        recordEvents(tx, ask('a'));
        return 'stored';
      },
      { atOnce: true },
    );
    expect(result).toBe('stored');
    await backbone.settled();
    expect(await effectsOf(rig.database, 'writer')).toEqual(['again']);
    expect(await effectsOf(rig.database, 'answerer')).toEqual(['a']);
    expect(await effectsOf(rig.database, 'collector')).toEqual(['a']);
  });

  it('fails with the error of its own work, and leaves nothing', async () => {
    const backbone = await rig.start([answerer(), collector, listener]);
    const failing = backbone.inTransaction(
      async (tx) => {
        recordEvents(tx, ask('a'));
        // A duplicate that shows only when the consumers have begun.
        tx.later(tx.write(`INSERT INTO platform_consumer (name) VALUES ('answerer')`));
      },
      { atOnce: true },
    );
    await expect(failing).rejects.toThrow(/Duplicate/);
    await backbone.settled();
    expect(await effectsOf(rig.database, 'answerer')).toEqual([]);
    expect(await rig.database.select('SELECT 1 FROM platform_outbox')).toEqual([]);
  });
});
