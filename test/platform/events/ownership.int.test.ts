import { Type } from 'typebox';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { defineConsumer, type Consumer } from '../../../src/platform/events/consumer.ts';
import { defineEvent } from '../../../src/platform/events/define-event.ts';
import type { EventBackbone } from '../../../src/platform/events/event-backbone.ts';
import { recordEvents } from '../../../src/platform/events/record-events.ts';
import { idToBytes, newId, type Id } from '../../../src/platform/ids/id.ts';
import { eventually } from '../../support/eventually.ts';
import { createBackboneRig } from '../../support/start-backbone.ts';
import { createLatch } from '../first-come/support/held-store.ts';

const Note = Type.Object({ note: Type.String() });
const noted = defineEvent('test.noted', Note);
const hinted = defineEvent('test.hinted', Note);

const note = (text: string) => noted.of(newId(), 1, { note: text });

/** What each of the consumers' calls got; a call goes on when the latch is open. */
type Hearing = { calls: string[][]; latch?: ReturnType<typeof createLatch> };

function hearer(name: string, on: Consumer['on'], { calls, latch }: Hearing): Consumer {
  return defineConsumer({
    name,
    lane: name,
    on: on as (typeof noted)[],
    ordering: 'commutative',
    handle: async (_tx, events) => {
      calls.push(events.map(({ payload }) => payload.note));
      await latch?.opened;
    },
  });
}

let rig: Awaited<ReturnType<typeof createBackboneRig>>;
let running: EventBackbone;
beforeAll(async () => {
  rig = await createBackboneRig();
});
afterEach(() => rig.stop(running));
afterAll(() => rig.close());

async function start(parts: { quick?: Hearing; slow?: Hearing }): Promise<EventBackbone> {
  const { quick = { calls: [] }, slow = { calls: [] } } = parts;
  running = await rig.start([
    hearer('quick', [noted, hinted], quick),
    hearer('slow', [noted], slow),
  ]);
  return running;
}

describe('an envelope that instances died with', () => {
  const leave = (takeovers: number, notes: string[]) =>
    rig.database.write(
      `INSERT INTO platform_outbox (id, owner_id, events, event_count, takeovers)
       VALUES (?, ?, ?, ?, ?)`,
      [
        idToBytes(newId()),
        idToBytes(newId()),
        JSON.stringify(notes.map(note)),
        notes.length,
        takeovers,
      ],
    );

  it('is handled event by event after the third, and in company until then', async () => {
    await leave(0, ['a once', 'b once']);
    await leave(1, ['a twice', 'b twice']);
    await leave(2, ['a thrice', 'b thrice']);
    const calls: string[][] = [];
    await start({ quick: { calls } });
    await eventually(() => expect(calls.flat()).toHaveLength(6));
    // Tried alone, in no certain order.
    const alone = calls.filter((call) => call.length === 1).flat();
    expect(alone.toSorted()).toEqual(['a thrice', 'b thrice']);
    const together = calls.filter((call) => call.length > 1).flat();
    expect(together.toSorted()).toEqual(['a once', 'a twice', 'b once', 'b twice']);
  });
});

describe('an instance that was silent for too long', () => {
  it('gives up what it has in memory: others have it now', async () => {
    const calls: string[][] = [];
    const latch = createLatch();
    const backbone = await start({ quick: { calls, latch } });
    const record = (text: string) =>
      backbone.inTransaction(async (tx) => recordEvents(tx, note(text)));
    await record('in hand');
    await eventually(() => expect(calls).toHaveLength(1));
    await record('waiting');
    await record('waiting, too');
    expect(backbone.activity.eventsInMemory).toBe(3);

    // Another instance, which lives, has all of it.
    const other = newId();
    await rig.database.write(
      `INSERT INTO platform_instance (id, heartbeat_at)
       VALUES (?, CURRENT_TIMESTAMP(3) + INTERVAL 1 HOUR)`,
      [idToBytes(other)],
    );
    await rig.database.write('UPDATE platform_outbox SET owner_id = ?', [idToBytes(other)]);
    await rig.database.write('DELETE FROM platform_instance WHERE id <> ?', [idToBytes(other)]);
    await eventually(() => expect(backbone.activity.eventsInMemory).toBe(1));
    latch.open();
    await backbone.settled();
    expect(calls).toEqual([['in hand']]);
  });
});

describe('an envelope', () => {
  it('is not done before the last of its consumers is', async () => {
    const latch = createLatch();
    const isDone = async (id: Id) => {
      const [row] = await rig.database.select<{ done: number }>(
        'SELECT dispatched_at IS NOT NULL AS done FROM platform_outbox WHERE events LIKE ?',
        [`%${id}%`],
      );
      return row?.done === 1;
    };
    const backbone = await start({ slow: { calls: [], latch } });
    const both = note('for both');
    const one = hinted.of(newId(), 1, { note: 'for the quick one' });
    await backbone.inTransaction(async (tx) => recordEvents(tx, both));
    await backbone.inTransaction(async (tx) => recordEvents(tx, one));
    // Marks are made in the order in which envelopes are done.
    await eventually(async () => expect(await isDone(one.aggregateId)).toBe(true));
    expect(await isDone(both.aggregateId)).toBe(false);
    latch.open();
    await backbone.settled();
    expect(await isDone(both.aggregateId)).toBe(true);
  });
});
