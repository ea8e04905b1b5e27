import { Type } from 'typebox';
import { afterEach, describe, expect, it } from 'vitest';
import type { Pool } from '../../../src/platform/database/pool.ts';
import { isDuplicateKey } from '../../../src/platform/database/sql-error.ts';
import { defineConsumer } from '../../../src/platform/events/consumer.ts';
import { defineEvent } from '../../../src/platform/events/define-event.ts';
import { recordEvents } from '../../../src/platform/events/record-events.ts';
import { newId } from '../../../src/platform/ids/id.ts';
import { createBackboneRig, effectsOf } from '../../support/start-backbone.ts';

const noted = defineEvent('test.noted', Type.Object({ note: Type.String() }));

const keeper = defineConsumer({
  name: 'keeper',
  lane: 'keeper',
  on: [noted],
  ordering: 'commutative',
  handle: async (tx, events) => {
    for (const { payload } of events) {
      await tx.write('INSERT INTO test_effects (consumer, note) VALUES (?, ?)', [
        'keeper',
        payload.note,
      ]);
    }
  },
});

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

async function rigWith(wrapPool?: (pool: Pool) => Pool) {
  const rig = await createBackboneRig(wrapPool);
  close = rig.close;
  return rig;
}

/**
 * A pool whose next COMMIT, when `fault.next` says so, loses its answer: after it reached the server
 * ("committed") or before ("lost").
 */
function unreliable(fault: { next: 'committed' | 'lost' | undefined }) {
  return (pool: Pool): Pool =>
    new Proxy(pool, {
      get: (target, property) => {
        if (property !== 'getConnection') return Reflect.get(target, property, target);
        return async () => {
          const connection = await target.getConnection();
          const query = connection.query.bind(connection) as (sql: string) => Promise<unknown>;
          connection.query = (async (sql: string) => {
            if (sql !== 'COMMIT' || fault.next === undefined) return query(sql);
            const kind = fault.next;
            fault.next = undefined;
            if (kind === 'committed') await query(sql);
            connection.destroy();
            throw Object.assign(new Error('gone'), { fatal: true });
          }) as typeof connection.query;
          return connection;
        };
      },
    });
}

describe('a COMMIT whose answer is lost', () => {
  it.each(['committed', 'lost'] as const)(
    'has its effects once when the transaction was %s',
    async (kind) => {
      const fault: { next: typeof kind | undefined } = { next: undefined };
      const rig = await rigWith(unreliable(fault));
      const backbone = await rig.start([keeper]);
      for (let round = 0; round < 20; round += 1) {
        const note = `round ${round}`;
        fault.next = kind;
        const answer = await backbone.inTransaction(async (tx) => {
          await tx.write('INSERT INTO test_effects (consumer, note) VALUES (?, ?)', [
            'writer',
            note,
          ]);
          recordEvents(tx, noted.of(newId(), 1, { note }));
          return note;
        });
        expect(answer).toBe(note);
      }
      await backbone.settled();
      const expected = Array.from({ length: 20 }, (_, round) => `round ${round}`);
      expect(await effectsOf(rig.database, 'writer')).toEqual(expected);
      expect(await effectsOf(rig.database, 'keeper')).toEqual(expected);
    },
  );

  it.each(['committed', 'lost'] as const)(
    "does not double a consumer's batch that was %s",
    async (kind) => {
      const fault: { next: typeof kind | undefined } = { next: undefined };
      const rig = await rigWith(unreliable(fault));
      const backbone = await rig.start([keeper]);
      for (let round = 0; round < 20; round += 1) {
        await backbone.inTransaction(async (tx) => {
          recordEvents(tx, noted.of(newId(), 1, { note: `round ${round}` }));
          // Not this commit: the one after it, which is the consumer's.
          tx.afterCommit(() => {
            fault.next = kind;
          });
        });
        await backbone.settled();
      }
      const expected = Array.from({ length: 20 }, (_, round) => `round ${round}`);
      expect(await effectsOf(rig.database, 'keeper')).toEqual(expected);
    },
  );
});

describe('a transaction', () => {
  it('takes no further statement after an error, and leaves nothing', async () => {
    const rig = await rigWith();
    const backbone = await rig.start([]);
    const insert = 'INSERT INTO test_effects (id, consumer, note) VALUES (1, ?, ?)';
    await backbone.inTransaction((tx) => tx.write(insert, ['a', 'first']));
    const swallowing = backbone.inTransaction(async (tx) => {
      await tx.write('INSERT INTO test_effects (consumer, note) VALUES (?, ?)', ['a', 'half']);
      await tx.write(insert, ['a', 'twice']).catch((error: unknown) => {
        if (!isDuplicateKey(error)) throw error;
      });
      await tx.write('INSERT INTO test_effects (consumer, note) VALUES (?, ?)', ['a', 'more']);
    });
    await expect(swallowing).rejects.toThrow('takes no further statement');
    expect(await effectsOf(rig.database, 'a')).toEqual(['first']);
  });

  it('runs again after a deadlock, and both that met in it succeed', async () => {
    const rig = await rigWith();
    const backbone = await rig.start([]);
    await rig.database.write("INSERT INTO test_effects (id, consumer, note) VALUES (1, 'x', '0')");
    await rig.database.write("INSERT INTO test_effects (id, consumer, note) VALUES (2, 'x', '0')");
    let attempts = 0;
    // Each locks its first row, waits until the other has its own, then wants the other's.
    let arrived = 0;
    let bothArrived: (() => void) | undefined;
    const meeting = new Promise<void>((resolve) => {
      bothArrived = resolve;
    });
    const lockInOrder = (first: number, second: number) =>
      backbone.inTransaction(async (tx) => {
        attempts += 1;
        await tx.write('UPDATE test_effects SET note = note + 1 WHERE id = ?', [first]);
        arrived += 1;
        if (arrived === 2) bothArrived?.();
        await meeting;
        await tx.write('UPDATE test_effects SET note = note + 1 WHERE id = ?', [second]);
      });
    await Promise.all([lockInOrder(1, 2), lockInOrder(2, 1)]);
    expect(attempts).toBeGreaterThan(2);
    expect(await effectsOf(rig.database, 'x')).toEqual(['2', '2']);
  });

  it('answers database_unavailable when the database stays away', async () => {
    const rig = await rigWith(
      (pool) =>
        new Proxy(pool, {
          get: (target, property) =>
            property === 'getConnection' && away
              ? () => Promise.reject(Object.assign(new Error('no'), { fatal: true }))
              : Reflect.get(target, property, target),
        }),
    );
    let away = false;
    const backbone = await rig.start([]);
    away = true;
    const failing = backbone.inTransaction(() => Promise.resolve());
    await expect(failing).rejects.toMatchObject({ code: 'database_unavailable' });
    away = false;
  });
});
