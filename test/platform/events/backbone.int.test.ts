import { Type } from 'typebox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Transaction } from '../../../src/platform/database/transaction.ts';
import { defineConsumer, type Consumer } from '../../../src/platform/events/consumer.ts';
import { defineEvent } from '../../../src/platform/events/define-event.ts';
import { recordEvents } from '../../../src/platform/events/record-events.ts';
import { idToBytes, newId } from '../../../src/platform/ids/id.ts';
import { eventually } from '../../support/eventually.ts';
import { createBackboneRig, effectsOf } from '../../support/start-backbone.ts';

const noted = defineEvent('test.noted', Type.Object({ note: Type.String({ maxLength: 50 }) }));
const echoed = defineEvent('test.echoed', Type.Object({ note: Type.String() }));

const insertEffect = (tx: Transaction, consumer: string, note: string) =>
  tx.write('INSERT INTO test_effects (consumer, note) VALUES (?, ?)', [consumer, note]);

const note = (text: string) => noted.of(newId(), 1, { note: text });

/** Writes a row for each event, and calls `before` first. */
function keeper(name: string, before: (note: string) => void = () => undefined): Consumer {
  return defineConsumer({
    name,
    lane: name,
    on: [noted],
    ordering: 'commutative',
    handle: async (tx, events) => {
      for (const { payload } of events) {
        before(payload.note);
        await insertEffect(tx, name, payload.note);
      }
    },
  });
}

let rig: Awaited<ReturnType<typeof createBackboneRig>>;
beforeEach(async () => {
  rig = await createBackboneRig();
});
afterEach(() => rig.close());

const outboxRows = () =>
  rig.database.select<{ dispatchedAt: Date | null }>(
    'SELECT dispatched_at AS dispatchedAt FROM platform_outbox',
  );

describe('recording', () => {
  it('stores events with the changes that they tell of, and hands them over', async () => {
    const backbone = await rig.start([keeper('a'), keeper('b')]);
    await backbone.inTransaction(async (tx) => {
      await insertEffect(tx, 'writer', 'change');
      recordEvents(tx, note('one'), note('two'));
    });
    await backbone.settled();
    expect(await effectsOf(rig.database, 'a')).toEqual(['one', 'two']);
    expect(await effectsOf(rig.database, 'b')).toEqual(['one', 'two']);
    const rows = await outboxRows();
    expect(rows).toHaveLength(1);
    expect(rows[0]?.dispatchedAt).toBeInstanceOf(Date);
  });

  it('tells nothing when the transaction fails', async () => {
    const backbone = await rig.start([keeper('a')]);
    const failing = backbone.inTransaction(async (tx) => {
      await insertEffect(tx, 'writer', 'change');
      recordEvents(tx, note('one'));
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    await backbone.settled();
    expect(await outboxRows()).toEqual([]);
    expect(await effectsOf(rig.database, 'writer')).toEqual([]);
    expect(await effectsOf(rig.database, 'a')).toEqual([]);
  });

  it('refuses an event that does not match its schema, naming the place', () => {
    expect(() => noted.of(newId(), 1, { note: 'x'.repeat(51) })).toThrow(/^test\.noted\/note /);
  });

  it('splits what would exceed an envelope', async () => {
    const backbone = await rig.start([keeper('a')]);
    const notes = Array.from({ length: 1500 }, (_, index) => `note ${index}`);
    await backbone.inTransaction(async (tx) => recordEvents(tx, ...notes.map(note)));
    await backbone.settled();
    expect(await outboxRows()).toHaveLength(2);
    expect((await effectsOf(rig.database, 'a')).toSorted()).toEqual(notes.toSorted());
  });

  it('hands over what a consumer records in turn', async () => {
    const echo = defineConsumer({
      name: 'echo',
      lane: 'echo',
      on: [noted],
      ordering: 'commutative',
      handle: async (tx, events) => {
        recordEvents(tx, ...events.map(({ payload }) => echoed.of(newId(), 1, payload)));
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
    const backbone = await rig.start([echo, listener]);
    await backbone.inTransaction(async (tx) => recordEvents(tx, note('hello')));
    await backbone.settled();
    expect(await effectsOf(rig.database, 'listener')).toEqual(['hello']);
  });
});

describe('names', () => {
  it('stops the start when two consumers share one', async () => {
    await expect(rig.start([keeper('a'), keeper('a')])).rejects.toThrow(
      'two consumers are named a',
    );
  });

  it('stops the start when two events share one', async () => {
    const twin = defineEvent('test.noted', Type.Object({}));
    const other = { ...keeper('b'), on: [twin] };
    await expect(rig.start([keeper('a'), other])).rejects.toThrow(
      'two events are named test.noted',
    );
  });
});

describe('a handler that fails on an event', () => {
  it('parks that event, handles the rest, and tries again later', async () => {
    let broken = true;
    const picky = keeper('picky', (text) => {
      if (broken && text === 'poison') throw new Error('I cannot take this');
    });
    const backbone = await rig.start([picky, keeper('other')]);
    await backbone.inTransaction(async (tx) => {
      recordEvents(tx, note('one'), note('poison'), note('two'));
    });
    await backbone.settled();
    expect(await effectsOf(rig.database, 'picky')).toEqual(['one', 'two']);
    expect(await effectsOf(rig.database, 'other')).toEqual(['one', 'poison', 'two']);
    const parked = await rig.database.select<{ error: string; attempts: number }>(
      'SELECT error, attempts FROM platform_parked_event',
    );
    expect(parked).toEqual([{ error: 'Error: I cannot take this', attempts: 1 }]);

    broken = false;
    await rig.database.write('UPDATE platform_parked_event SET next_try_at = CURRENT_TIMESTAMP(3)');
    await eventually(async () => {
      expect(await effectsOf(rig.database, 'picky')).toEqual(['one', 'two', 'poison']);
    });
    expect(await rig.database.select('SELECT id FROM platform_parked_event')).toEqual([]);
  });

  it('makes it a dead letter after ten failures, with the last error', async () => {
    const hopeless = keeper('hopeless', () => {
      throw new Error('never');
    });
    const backbone = await rig.start([hopeless]);
    await backbone.inTransaction(async (tx) => recordEvents(tx, note('poison')));
    await eventually(async () => {
      await rig.database.write(
        'UPDATE platform_parked_event SET next_try_at = CURRENT_TIMESTAMP(3)',
      );
      const parked = await rig.database.select(
        'SELECT state, attempts, error FROM platform_parked_event',
      );
      expect(parked).toEqual([{ state: 'dead', attempts: 10, error: 'Error: never' }]);
    });
    expect(await effectsOf(rig.database, 'hopeless')).toEqual([]);
  });
});

describe('deliveries that come more than once', () => {
  it('have their effect once, whoever brings them', async () => {
    const first = await rig.start([keeper('a')]);
    const second = await rig.start([keeper('a')]);
    const notes = Array.from({ length: 60 }, (_, index) => `note ${index}`);
    await Promise.all(
      notes.map((text, index) =>
        (index % 2 ? first : second).inTransaction(async (tx) => recordEvents(tx, note(text))),
      ),
    );
    // Everything once more, as if nothing had been marked and both owners had died.
    await rig.database.write('UPDATE platform_outbox SET dispatched_at = NULL, owner_id = ?', [
      idToBytes(newId()),
    ]);
    await eventually(async () => {
      const waiting = (await outboxRows()).filter((row) => row.dispatchedAt === null);
      expect(waiting).toEqual([]);
    });
    expect((await effectsOf(rig.database, 'a')).toSorted()).toEqual(notes.toSorted());
  });

  it('are taken over from an instance that is gone', async () => {
    const dead = newId();
    await rig.database.write(
      `INSERT INTO platform_outbox (id, owner_id, events, event_count) VALUES (?, ?, ?, 1)`,
      [idToBytes(newId()), idToBytes(dead), JSON.stringify([note('left behind')])],
    );
    await rig.start([keeper('a')]);
    await eventually(async () => {
      expect(await effectsOf(rig.database, 'a')).toEqual(['left behind']);
    });
  });

  it('that an instance leaves in order do not count as its victims', async () => {
    const first = await rig.start([]);
    await rig.database.write(
      `INSERT INTO platform_outbox (id, owner_id, events, event_count)
       SELECT ?, id, ?, 1 FROM platform_instance`,
      [idToBytes(newId()), JSON.stringify([note('left waiting')])],
    );
    await rig.stop(first);
    await rig.start([keeper('a')]);
    await eventually(async () => {
      expect(await effectsOf(rig.database, 'a')).toEqual(['left waiting']);
    });
    const rows = await rig.database.select('SELECT takeovers FROM platform_outbox');
    expect(rows).toEqual([{ takeovers: 0 }]);
  });

  it('leave nothing behind when an instance stops with work in hand', async () => {
    const backbone = await rig.start([keeper('a')]);
    const notes = Array.from({ length: 200 }, (_, index) => `note ${index}`);
    await Promise.all(
      notes.map((text) => backbone.inTransaction(async (tx) => recordEvents(tx, note(text)))),
    );
    await rig.stop(backbone);
    expect((await effectsOf(rig.database, 'a')).toSorted()).toEqual(notes.toSorted());
    expect(await rig.database.select('SELECT id FROM platform_instance')).toEqual([]);
  });
});
