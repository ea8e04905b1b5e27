import { Type } from 'typebox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defineConsumer } from '../../../src/platform/events/consumer.ts';
import { retireConsumer } from '../../../src/platform/events/consumer-registry.ts';
import { defineEvent } from '../../../src/platform/events/define-event.ts';
import { recordEvents } from '../../../src/platform/events/record-events.ts';
import { newId } from '../../../src/platform/ids/id.ts';
import { eventually } from '../../support/eventually.ts';
import { createBackboneRig, effectsOf } from '../../support/start-backbone.ts';

const noted = defineEvent('test.noted', Type.Object({ note: Type.String() }));
const note = (text: string) => noted.of(newId(), 1, { note: text });

const keeper = (name: string) =>
  defineConsumer({
    name,
    lane: name,
    on: [noted],
    ordering: 'commutative',
    handle: async (tx, events) => {
      for (const { payload } of events) {
        await tx.write('INSERT INTO test_effects (consumer, note) VALUES (?, ?)', [
          name,
          payload.note,
        ]);
      }
    },
  });

let rig: Awaited<ReturnType<typeof createBackboneRig>>;
beforeEach(async () => {
  rig = await createBackboneRig();
});
afterEach(() => rig.close());

describe('two builds side by side', () => {
  it("the older one leaves to the newer what the newer one's consumer has not seen", async () => {
    const older = await rig.start([keeper('a')]);
    await rig.start([keeper('a'), keeper('b')]);
    const notes = Array.from({ length: 20 }, (_, index) => `note ${index}`);
    for (const text of notes) {
      await older.inTransaction(async (tx) => recordEvents(tx, note(text)));
    }
    await eventually(async () => {
      expect((await effectsOf(rig.database, 'b')).toSorted()).toEqual(notes.toSorted());
      const waiting = await rig.database.select(
        'SELECT id FROM platform_outbox WHERE dispatched_at IS NULL',
      );
      expect(waiting).toEqual([]);
    });
    expect((await effectsOf(rig.database, 'a')).toSorted()).toEqual(notes.toSorted());
  });

  it('an older one does not start by itself after a newer one, and says what to do', async () => {
    const newer = await rig.start([keeper('a'), keeper('b')]);
    await rig.stop(newer);
    await expect(rig.start([keeper('a')])).rejects.toThrow(/does not contain: b\. .*retire/);

    const older = await rig.start([keeper('a')], { allowUnknownConsumers: true });
    await older.inTransaction(async (tx) => recordEvents(tx, note('kept')));
    await older.settled();
    expect(await effectsOf(rig.database, 'a')).toEqual(['kept']);
    await rig.stop(older);

    await rig.start([keeper('a'), keeper('b')]);
    await eventually(async () => expect(await effectsOf(rig.database, 'b')).toEqual(['kept']));
    expect(await effectsOf(rig.database, 'a')).toEqual(['kept']);
  });

  it('a retired consumer keeps nobody from starting', async () => {
    await rig.stop(await rig.start([keeper('a'), keeper('b')]));
    expect(await retireConsumer(rig.database, 'b')).toBe(true);
    expect(await retireConsumer(rig.database, 'b')).toBe(false);
    const backbone = await rig.start([keeper('a')]);
    await backbone.inTransaction(async (tx) => recordEvents(tx, note('one')));
    await backbone.settled();
    const waiting = await rig.database.select(
      'SELECT id FROM platform_outbox WHERE dispatched_at IS NULL',
    );
    expect(waiting).toEqual([]);
  });
});

describe('an event of a newer build', () => {
  it('is parked with the reason, and handled by the build that knows it', async () => {
    const newerNoted = defineEvent('test.noted', Type.Object({ note: Type.String() }), [
      (payload: { note: string }) => payload,
    ]);
    const backbone = await rig.start([keeper('a')]);
    await backbone.inTransaction(async (tx) => {
      recordEvents(tx, note('known'), newerNoted.of(newId(), 1, { note: 'unknown' }));
    });
    await backbone.settled();
    expect(await effectsOf(rig.database, 'a')).toEqual(['known']);
    const [parked] = await rig.database.select<{ error: string }>(
      'SELECT error FROM platform_parked_event',
    );
    expect(parked?.error).toContain('test.noted has version 2; this build knows 1');
  });
});

describe('little room in memory', () => {
  it('leaves envelopes in the outbox and takes them up again', async () => {
    const limits = { events: 10, bytes: 100_000 };
    const backbone = await rig.start([keeper('a')], { limits });
    const notes = Array.from({ length: 300 }, (_, index) => `note ${index}`);
    await Promise.all(
      notes.map((text) => backbone.inTransaction(async (tx) => recordEvents(tx, note(text)))),
    );
    await backbone.settled();
    expect((await effectsOf(rig.database, 'a')).toSorted()).toEqual(notes.toSorted());
  });

  it('says that it is overloaded while far too much is left', async () => {
    let release: (() => void) | undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = defineConsumer({
      name: 'slow',
      lane: 'slow',
      on: [noted],
      ordering: 'commutative',
      handle: () => gate,
    });
    const backbone = await rig.start([slow], { limits: { events: 10, bytes: 100_000 } });
    for (let index = 0; index < 100; index += 1) {
      await backbone.inTransaction(async (tx) => recordEvents(tx, note(`note ${index}`)));
    }
    expect(backbone.isOverloaded).toBe(true);
    release?.();
    await backbone.settled();
    expect(backbone.isOverloaded).toBe(false);
  });
});
