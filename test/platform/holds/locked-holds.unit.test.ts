import { describe, expect, it } from 'vitest';
import type { Transaction } from '../../../src/platform/database/transaction.ts';
import { LockedHolds } from '../../../src/platform/holds/locked-holds.ts';
import { newId, type Id } from '../../../src/platform/ids/id.ts';

type Hold = { orderId: Id; state: string };

const TRANSACTION = { isRepeated: false } as Transaction;

/** Ids in their own order. */
const idsOf = (howMany: number) => Array.from({ length: howMany }, newId).toSorted();

const held = (orderId: Id): Hold => ({ orderId, state: 'held' });

describe('locked holds', () => {
  it('are written in the order of their orders, whatever the order of the requests', async () => {
    const ids = idsOf(6);
    const stored = ids.slice(0, 3);
    const fresh = ids.slice(3);
    const holds = new LockedHolds<Hold>(async () => new Map(stored.map((id) => [id, held(id)])));
    const requests = stored.map((orderId) => ({ orderId, step: 'release' }));
    await holds.lock(TRANSACTION, requests);
    for (const orderId of ids.toReversed()) holds.set({ orderId, state: 'moved' });

    const changes = holds.changes();
    expect(changes.fresh.map(({ orderId }) => orderId)).toEqual(fresh);
    expect(changes.moved.map(({ orderId }) => orderId)).toEqual(stored);
  });

  it('that did not change are not written', async () => {
    const ids = idsOf(2);
    const holds = new LockedHolds<Hold>(async () => new Map(ids.map((id) => [id, held(id)])));
    await holds.lock(
      TRANSACTION,
      ids.map((orderId) => ({ orderId, step: 'release' })),
    );
    expect(holds.changes()).toEqual({ fresh: [], moved: [] });
  });
});
