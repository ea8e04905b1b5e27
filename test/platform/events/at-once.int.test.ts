import { Type } from 'typebox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Transaction } from '../../../src/platform/database/transaction.ts';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.ts';
import { defineConsumer, type Consumer } from '../../../src/platform/events/consumer.ts';
import { defineEvent } from '../../../src/platform/events/define-event.ts';
import { EventBackbone } from '../../../src/platform/events/event-backbone.ts';
import { addEventMetrics } from '../../../src/platform/events/events.metrics.ts';
import { recordEvents } from '../../../src/platform/events/record-events.ts';
import { newId } from '../../../src/platform/ids/id.ts';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import { createMetrics } from '../../../src/platform/metrics/metrics.ts';
import { createBackboneRig, effectsOf, TIMING } from '../../support/start-backbone.ts';

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

describe('a consumer that fails before the commit', () => {
  const lines: string[] = [];
  const errors = () => lines.map((line) => JSON.parse(line)).filter(({ level }) => level >= 50);

  async function record(consumers: readonly Consumer[]): Promise<EventBackbone> {
    lines.length = 0;
    const log = createLogger('info', { write: (line) => void lines.push(line) });
    const backbone = new EventBackbone(rig.database, TIMING, log);
    await backbone.start(consumers);
    await backbone.inTransaction(async (tx) => recordEvents(tx, ask('a')), { atOnce: true });
    await backbone.settled();
    return backbone;
  }

  it('is logged with its name and its stack, and counted', async () => {
    const error = new Error('a bug');
    const backbone = await record([answerer({ error }), collector]);
    expect(errors()).toMatchObject([
      { consumer: 'answerer', err: { message: 'a bug', stack: expect.stringMatching(/at /) } },
    ]);
    expect(backbone.activity.atOnceFailures).toEqual(new Map([['answerer', 1]]));
    const registry = createMetrics();
    addEventMetrics(registry, rig.database, backbone);
    expect(await registry.metrics()).toContain(
      'seonchak_events_at_once_failures{consumer="answerer"} 1',
    );
    await backbone.stop();
  });

  it('is counted, and no error, when it was a lost connection', async () => {
    const error = Object.assign(new Error('gone'), { fatal: true });
    const backbone = await record([answerer({ error }), collector]);
    expect(errors()).toEqual([]);
    expect(backbone.activity.atOnceFailures).toEqual(new Map([['answerer', 1]]));
    await backbone.stop();
  });

  it('is noticed when only what it left for later fails', async () => {
    const late = defineConsumer({
      name: 'late',
      lane: 'late',
      on: [asked],
      atOnce: true,
      ordering: 'commutative',
      handle: async (tx) => {
        if (tx.isRepeated || isDone) return;
        isDone = true;
        tx.later(insertEffect(tx, 'late', 'too long for the column'.repeat(10)));
      },
    });
    let isDone = false;
    const backbone = await record([late]);
    expect(errors()).toMatchObject([{ err: { message: expect.stringMatching(/too long/i) } }]);
    expect(backbone.activity.atOnceFailures).toEqual(new Map([['not known', 1]]));
    await backbone.stop();
  });

  it('does not lose what follows the commit when one of its actions throws', async () => {
    const backbone = await record([answerer()]);
    const heard: string[] = [];
    const result = await backbone.inTransaction(async (tx) => {
      tx.afterCommit(() => {
        throw new Error('a bug');
      });
      tx.afterCommit(() => void heard.push('the other one'));
      recordEvents(tx, ask('b'));
      return 'done';
    });
    await backbone.settled();
    expect([result, ...heard]).toEqual(['done', 'the other one']);
    expect(errors()).toMatchObject([{ err: { message: 'a bug' } }]);
    expect(backbone.activity.afterCommitFailures).toBe(1);
    expect(await effectsOf(rig.database, 'answerer')).toEqual(['a', 'b']);
    await backbone.stop();
  });
});
