import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Transaction } from '../../../src/platform/database/transaction.ts';
import type { EventBackbone } from '../../../src/platform/events/event-backbone.ts';
import {
  idempotencyKeyOf,
  type IdempotencyKey,
} from '../../../src/platform/idempotency/idempotency-key.ts';
import { onceByKey } from '../../../src/platform/idempotency/once-by-key.ts';
import { resolveKeys } from '../../../src/platform/idempotency/resolve-keys.ts';
import { idToBytes, newId, type Id } from '../../../src/platform/ids/id.ts';
import { createBackboneRig, effectsOf } from '../../support/start-backbone.ts';

let rig: Awaited<ReturnType<typeof createBackboneRig>>;
let backbone: EventBackbone;
beforeAll(async () => {
  rig = await createBackboneRig();
  backbone = await rig.start([]);
});
afterAll(() => rig.close());

let actorId: Id;
/** Names what a test does, among all the others. */
let note: string;
beforeEach(() => {
  actorId = newId();
  note = newId();
});

function keyOf(key: string, body: unknown = {}, more: { actorId?: Id; route?: string } = {}) {
  const request = { headers: { 'idempotency-key': key }, body };
  return idempotencyKeyOf(request, more.actorId ?? actorId, more.route ?? 'test');
}

const write = (tx: Transaction) =>
  tx.write('INSERT INTO test_effects (consumer, note) VALUES (?, ?)', [note, 'done']);
const timesDone = async () => (await effectsOf(rig.database, note)).length;

const doOnce = (key: IdempotencyKey | undefined, resourceId = newId()) =>
  onceByKey(rig.database, key, resourceId, (claimKey) =>
    backbone.inTransaction(async (tx) => {
      await claimKey(tx);
      await write(tx);
    }),
  );

describe('something done by key', () => {
  it('is done once, and gives the resource of that time ever after', async () => {
    const resourceId = newId();
    expect(await doOnce(keyOf('a'), resourceId)).toEqual({ replayed: false, resourceId });
    expect(await doOnce(keyOf('a'))).toEqual({ replayed: true, resourceId });
    expect(await doOnce(keyOf('a'))).toEqual({ replayed: true, resourceId });
    expect(await timesDone()).toBe(1);
  });

  it('is done each time without one', async () => {
    for (let round = 0; round < 3; round += 1) {
      expect(await doOnce(undefined)).toMatchObject({ replayed: false });
    }
    expect(await timesDone()).toBe(3);
  });

  it('is done once by twenty at the same time, and all get the same resource', async () => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => doOnce(keyOf('a'))));
    expect(await timesDone()).toBe(1);
    expect(outcomes.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(outcomes.map(({ resourceId }) => resourceId)).size).toBe(1);
  });

  it('is refused with another body, also while the first is under way', async () => {
    await doOnce(keyOf('a', { quantity: 1 }));
    await expect(doOnce(keyOf('a', { quantity: 2 }))).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    });
    const outcomes = await Promise.allSettled(
      [1, 2, 1, 2, 1, 2].map((quantity) => doOnce(keyOf('b', { quantity }))),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    const refusals = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason.code] : [],
    );
    expect(refusals).toEqual(Array.from({ length: 3 }, () => 'idempotency_key_reused'));
    expect(await timesDone()).toBe(2);
  });

  it('is the same for a body whose members come in another order', async () => {
    const resourceId = newId();
    await doOnce(keyOf('a', { quantity: 1, of: { x: [1, 2], y: null } }), resourceId);
    const again = keyOf('a', { of: { y: null, x: [1, 2] }, quantity: 1 });
    expect(await doOnce(again)).toEqual({ replayed: true, resourceId });
    await expect(doOnce(keyOf('a', { quantity: 1, of: { x: [2, 1], y: null } }))).rejects.toThrow(
      'another body',
    );
    expect(await timesDone()).toBe(1);
  });

  it('is recognised by the body as it was sent, as keys of before were stored', async () => {
    const resourceId = newId();
    const body = { quantity: 1, address: 'home' };
    await doOnce(keyOf('a', body), resourceId);
    await rig.database.write(
      'UPDATE platform_idempotency_key SET body_hash = ? WHERE actor_id = ?',
      [createHash('sha256').update(JSON.stringify(body)).digest(), idToBytes(actorId)],
    );
    expect(await doOnce(keyOf('a', body))).toEqual({ replayed: true, resourceId });
    await expect(doOnce(keyOf('a', { ...body, quantity: 2 }))).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    });
  });

  it('is another thing for another actor, another route, and another letter', async () => {
    const keys = [
      keyOf('a'),
      keyOf('A'),
      keyOf('a '),
      keyOf('a', {}, { actorId: newId() }),
      keyOf('a', {}, { route: 'test-2' }),
    ];
    const outcomes = await Promise.all(keys.map((key) => doOnce(key)));
    expect(outcomes.map(({ replayed }) => replayed)).toEqual(keys.map(() => false));
    expect(await timesDone()).toBe(keys.length);
  });

  it('that failed is undone as a whole, and its key may be used again', async () => {
    const failing = onceByKey(rig.database, keyOf('a'), newId(), (claimKey) =>
      backbone.inTransaction(async (tx) => {
        await claimKey(tx);
        await write(tx);
        throw new Error('not possible');
      }),
    );
    await expect(failing).rejects.toThrow('not possible');
    expect(await timesDone()).toBe(0);
    expect(await doOnce(keyOf('a', { other: true }))).toMatchObject({ replayed: false });
    expect(await timesDone()).toBe(1);
  });

  it("passes on a duplicate key of the work's own", async () => {
    const resourceId = newId();
    const stumbling = onceByKey(rig.database, keyOf('a'), resourceId, (claimKey) =>
      backbone.inTransaction(async (tx) => {
        await claimKey(tx);
        await tx.write('INSERT INTO test_effects (id, consumer, note) VALUES (?, ?, ?)', [
          1_000_000,
          note,
          'first',
        ]);
        await tx.write('INSERT INTO test_effects (id, consumer, note) VALUES (?, ?, ?)', [
          1_000_000,
          note,
          'second',
        ]);
      }),
    );
    await expect(stumbling).rejects.toMatchObject({ errno: 1062 });
    expect(await timesDone()).toBe(0);
  });

  it('waits for the one that is first, and is done by it when that one fails', async () => {
    let failFirst = () => {};
    let isClaimed = () => {};
    const claimed = new Promise<void>((resolve) => (isClaimed = resolve));
    const first = onceByKey(rig.database, keyOf('a'), newId(), (claimKey) =>
      backbone.inTransaction(async (tx) => {
        await claimKey(tx);
        isClaimed();
        await new Promise<void>((resolve) => (failFirst = resolve));
        throw new Error('not possible');
      }),
    );
    await claimed;
    const second = doOnce(keyOf('a'));
    failFirst();
    await expect(first).rejects.toThrow('not possible');
    expect(await second).toMatchObject({ replayed: false });
    expect(await timesDone()).toBe(1);
  });
});

describe('keys that come together', () => {
  it('are told apart by whose they are, and by what was sent with them', async () => {
    const { resourceId } = await doOnce(keyOf('old'));
    const standings = await resolveKeys(rig.database, [
      keyOf('a'),
      undefined,
      keyOf('old'),
      keyOf('a'),
      keyOf('a', { another: 'body' }),
      keyOf('old', { another: 'body' }),
      keyOf('a', {}, { actorId: newId() }),
      keyOf('a', {}, { route: 'another' }),
      keyOf('a'),
    ]);
    expect(standings).toEqual([
      { kind: 'new' },
      { kind: 'new' },
      { kind: 'replay', resourceId },
      { kind: 'repeats', index: 0 },
      { kind: 'reused' },
      { kind: 'reused' },
      { kind: 'new' },
      { kind: 'new' },
      { kind: 'repeats', index: 0 },
    ]);
  });
});
