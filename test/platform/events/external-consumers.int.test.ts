import { Type } from 'typebox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outage } from '../../../src/platform/errors/outage.ts';
import { defineConsumer, defineExternalConsumer } from '../../../src/platform/events/consumer.ts';
import { defineEvent } from '../../../src/platform/events/define-event.ts';
import { MAX_ATTEMPTS, MAX_OUTAGES } from '../../../src/platform/events/parked-events.store.ts';
import { recordEvents } from '../../../src/platform/events/record-events.ts';
import { idToBytes, newId } from '../../../src/platform/ids/id.ts';
import { eventually } from '../../support/eventually.ts';
import { createBackboneRig } from '../../support/start-backbone.ts';

const noted = defineEvent('test.noted', Type.Object({ note: Type.String() }));
const note = (text: string) => noted.of(newId(), 1, { note: text });

/** A service that keeps what it is told, and can be out of order. */
function createService() {
  const calls: { note: string; key: string }[] = [];
  return {
    calls,
    refuses: (_note: string) => false,
    error: () => new Error('the service is down'),
  };
}

class ServiceAway extends Error implements Outage {
  readonly isOutage = true;
}

let rig: Awaited<ReturnType<typeof createBackboneRig>>;
let service: ReturnType<typeof createService>;
beforeEach(async () => {
  rig = await createBackboneRig();
  service = createService();
});
afterEach(() => rig.close());

const teller = () =>
  defineExternalConsumer({
    name: 'teller',
    lane: 'outside',
    on: [noted],
    perform: async ({ payload }, key) => {
      service.calls.push({ note: payload.note, key });
      if (service.refuses(payload.note)) throw service.error();
    },
  });

describe('an external consumer', () => {
  it('is called once for each event, with a key of its own', async () => {
    const backbone = await rig.start([teller()]);
    const notes = Array.from({ length: 50 }, (_, index) => `note ${index}`);
    await Promise.all(
      notes.map((text) =>
        backbone.inTransaction(async (tx) => recordEvents(tx, note(text), note(`${text}, too`))),
      ),
    );
    await backbone.settled();
    expect(service.calls).toHaveLength(100);
    expect(new Set(service.calls.map((call) => call.key)).size).toBe(100);
  });

  it('is called again with the same key after a failure, and delays no other event', async () => {
    service.refuses = (text) => text === 'hard';
    const backbone = await rig.start([teller()]);
    await backbone.inTransaction(async (tx) => recordEvents(tx, note('hard'), note('easy')));
    await backbone.settled();
    expect(service.calls.map((call) => call.note)).toEqual(['hard', 'easy']);

    service.refuses = () => false;
    await rig.database.write('UPDATE platform_parked_event SET next_try_at = CURRENT_TIMESTAMP(3)');
    await eventually(() => expect(service.calls).toHaveLength(3));
    expect(service.calls[2]).toEqual(service.calls[0]);
    await eventually(async () => {
      expect(await rig.database.select('SELECT id FROM platform_parked_event')).toEqual([]);
    });
  });

  it('is not called again for what is known to be done', async () => {
    const backbone = await rig.start([teller()]);
    await backbone.inTransaction(async (tx) => recordEvents(tx, note('once')));
    await backbone.settled();
    await rig.database.write('UPDATE platform_outbox SET dispatched_at = NULL, owner_id = ?', [
      idToBytes(newId()),
    ]);
    await eventually(async () => {
      const waiting = await rig.database.select(
        'SELECT id FROM platform_outbox WHERE dispatched_at IS NULL',
      );
      expect(waiting).toEqual([]);
    });
    expect(service.calls).toHaveLength(1);
  });

  describe('that meets an outage', () => {
    const tryAgain = () =>
      rig.database.write('UPDATE platform_parked_event SET next_try_at = CURRENT_TIMESTAMP(3)');
    const parked = async () => {
      const [row] = await rig.database.select<{
        state: string;
        attempts: number;
        outages: number;
        pauseMs: number;
      }>(
        `SELECT state, attempts, outages,
                TIMESTAMPDIFF(MICROSECOND, CURRENT_TIMESTAMP(3), next_try_at) / 1000 AS pauseMs
         FROM platform_parked_event`,
      );
      return row;
    };
    const failures = async (count: number) => {
      await eventually(async () => {
        await tryAgain();
        expect((await parked())?.attempts).toBeGreaterThanOrEqual(count);
      });
      await eventually(async () => expect((await parked())?.pauseMs).toBeGreaterThan(0));
    };

    it('has its event tried again after pauses up to an hour, and loses nothing', async () => {
      service.refuses = () => true;
      service.error = () => new ServiceAway();
      const backbone = await rig.start([teller()]);
      await backbone.inTransaction(async (tx) => recordEvents(tx, note('news')));
      await backbone.settled();
      expect(await parked()).toMatchObject({ state: 'waiting', attempts: 1, outages: 1 });
      await failures(15);
      await eventually(async () => {
        const { state, attempts = 0, outages, pauseMs = 0 } = (await parked()) ?? {};
        expect([state, outages]).toEqual(['waiting', attempts]);
        expect(pauseMs).toBeGreaterThan(40 * 60_000);
        expect(pauseMs).toBeLessThanOrEqual(3_600_000);
      });

      service.refuses = () => false;
      await tryAgain();
      await eventually(async () => expect(await parked()).toBeUndefined());
    });

    it('still gives up on poison, whatever it waited for before', async () => {
      service.refuses = () => true;
      service.error = () => new Error('never', { cause: new ServiceAway() });
      const backbone = await rig.start([teller()]);
      await backbone.inTransaction(async (tx) => recordEvents(tx, note('news')));
      await failures(12);
      service.error = () => new Error('poison');
      await eventually(async () => {
        await tryAgain();
        expect((await parked())?.state).toBe('dead');
      });
      const { attempts = 0, outages = 0 } = (await parked()) ?? {};
      expect(attempts - outages).toBe(MAX_ATTEMPTS);
    });

    it('is given up in the end, when it lasts for longer than a week', async () => {
      service.refuses = () => true;
      service.error = () => new ServiceAway();
      const backbone = await rig.start([teller()]);
      await backbone.inTransaction(async (tx) => recordEvents(tx, note('news')));
      await backbone.settled();
      await rig.database.write('UPDATE platform_parked_event SET outages = ?, attempts = ? + 8', [
        MAX_OUTAGES,
        MAX_OUTAGES,
      ]);
      await eventually(async () => {
        await tryAgain();
        expect((await parked())?.state).toBe('dead');
      });
    });
  });

  it('does not share a lane with a transactional one', async () => {
    const inside = defineConsumer({
      name: 'inside',
      lane: 'outside',
      on: [noted],
      ordering: 'commutative',
      handle: () => Promise.resolve(),
    });
    await expect(rig.start([teller(), inside])).rejects.toThrow(
      'the lane outside has transactional and external consumers',
    );
  });
});
