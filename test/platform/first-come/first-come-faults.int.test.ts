import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Entered, FirstComeGate } from '../../../src/platform/first-come/first-come.ts';
import { newId, type Id } from '../../../src/platform/ids/id.ts';
import { eventually } from '../../support/eventually.ts';
import { appendOnlyFile, cutTo } from './support/append-only-file.ts';
import { createGateRig, type GateRig } from './support/gate-rig.ts';
import { createLatch, holdAdmit } from './support/held-store.ts';
import { booksOf, changeCampaign, createCampaign } from './support/test-campaigns.ts';

let rig: GateRig;
beforeAll(async () => {
  rig = await createGateRig();
});
afterAll(() => rig.close());
afterEach(() => rig.stopGates());

const PATIENT = { waitMs: 20_000, sweepMs: 100 };
/** Soon told "pending"; but long enough to get in on a slow machine. */
const IMPATIENT = { waitMs: 700, sweepMs: 100 };
const newIds = (howMany: number): Id[] => Array.from({ length: howMany }, () => newId());

const enterAll = (gate: FirstComeGate, campaignId: Id, members: readonly Id[]) =>
  Promise.all(members.map((memberId) => gate.enter(campaignId, memberId)));

async function epochIs(campaignId: Id, epoch: string): Promise<void> {
  const { facts } = rig.keysOf(campaignId);
  await eventually(async () => expect(await rig.redis.hget(facts, 'epoch')).toBe(epoch));
}

/** Whoever was told "issued" has it, ranks have no gap, and nobody has two. */
async function expectExact(campaignId: Id, entered: readonly Entered[]): Promise<void> {
  const { claims, issued } = await booksOf(rig.database, campaignId);
  expect(claims.map(({ rank }) => rank)).toEqual(claims.map((_, index) => index + 1));
  expect(issued).toBe(claims.length);
  expect(new Set(claims.map(({ memberId }) => memberId)).size).toBe(claims.length);
  const stored = new Map(claims.map(({ claimId, rank }) => [claimId, rank]));
  const told = entered.flatMap((each) => (each.state === 'issued' ? [each] : []));
  expect(told.map(({ rank }) => rank)).toEqual(told.map(({ claimId }) => stored.get(claimId)));
}

describe('Redis that is flushed', () => {
  it('in the middle of a crowd costs nobody anything', async () => {
    const gates = await Promise.all([rig.start(PATIENT), rig.start(PATIENT)]);
    const campaignId = await createCampaign(rig.database, { quota: 300 });
    const members = newIds(1000);
    const entering: Promise<Entered>[] = [];
    for (let wave = 0; wave < 6; wave += 1) {
      for (const [index, memberId] of members.slice(wave * 100, wave * 100 + 500).entries()) {
        entering.push((gates[index % 2] as FirstComeGate).enter(campaignId, memberId));
      }
      await Promise.race(entering.slice(-500));
      await rig.redis.flushall();
    }
    const entered = await Promise.all(entering);
    await expectExact(campaignId, entered);
    expect((await booksOf(rig.database, campaignId)).issued).toBe(300);
    const states = new Set(entered.map(({ state }) => state));
    expect(states).toEqual(new Set(['issued', 'already', 'sold_out']));
  });

  it('gets back, unasked, the claims of those who wait', async () => {
    const { admit, held, release } = holdAdmit(rig.store);
    const gate = await rig.start(PATIENT, { admit });
    const campaignId = await createCampaign(rig.database, { quota: 10 });
    const entering = enterAll(gate, campaignId, newIds(10));
    await held;
    await rig.redis.flushall();
    await eventually(async () =>
      expect(await rig.redis.hget(rig.keysOf(campaignId).facts, 'rank')).toBe('10'),
    );
    release();
    const entered = await entering;
    expect(entered.map((each) => 'rank' in each && each.rank)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
    await expectExact(campaignId, entered);
  });

  it('takes nobody his place: newcomers come after those who were in, at whatever instance', async () => {
    const { admit, held, release } = holdAdmit(rig.store);
    const [first, second] = [
      await rig.start(PATIENT, { admit }),
      await rig.start(PATIENT, { admit }),
    ];
    const campaignId = await createCampaign(rig.database, { quota: 5 });
    const early = enterAll(first, campaignId, newIds(5));
    await held;
    await rig.redis.flushall();
    const late = enterAll(second, campaignId, newIds(20));
    expect((await late).map(({ state }) => state)).toEqual(newIds(20).map(() => 'sold_out'));
    release();
    expect((await early).map(({ state }) => state)).toEqual(newIds(5).map(() => 'issued'));
    await expectExact(campaignId, await early);
  });

  it('is told as "claim again" to whoever no longer waits', async () => {
    const { admit, held, release } = holdAdmit(rig.store);
    const gate = await rig.start({ ...IMPATIENT, sweepMs: 60_000 }, { admit });
    const campaignId = await createCampaign(rig.database, { quota: 10 });
    const memberId = newId();
    expect(await gate.enter(campaignId, memberId)).toMatchObject({ state: 'pending', epoch: 1 });
    await held;
    await rig.redis.flushall();
    expect(await gate.statusOf(campaignId, 1, memberId)).toEqual({ state: 'claim_again' });
    release();
    // The old epoch's entry, which a drain still had in hand, is not stored behind the back of that.
    const entered = await gate.enter(campaignId, newId());
    expect((await booksOf(rig.database, campaignId)).claims).toHaveLength(1);
    await expectExact(campaignId, [entered]);
  });
});

describe('Redis that is restarted', () => {
  it('begins a new epoch, and claims that waited in it are stored', async () => {
    const { admit, held, release } = holdAdmit(rig.store);
    const gate = await rig.start(IMPATIENT, { admit });
    const campaignId = await createCampaign(rig.database, { quota: 10 });
    const members = newIds(5);
    await enterAll(gate, campaignId, members);
    await held;
    await rig.stopRedis();
    await rig.startRedis();
    await epochIs(campaignId, '2');
    release();
    // Nobody waits for them any more: they come back from the stream of the first epoch.
    await eventually(async () => expect((await booksOf(rig.database, campaignId)).issued).toBe(5));
    expect(await gate.statusOf(campaignId, 1, members[0] as Id)).toMatchObject({ rank: 1 });
    await expectExact(campaignId, []);
  });

  it('takes nobody his place who was told "pending"', async () => {
    const { admit, held, release } = holdAdmit(rig.store);
    const gate = await rig.start(IMPATIENT, { admit });
    const campaignId = await createCampaign(rig.database, { quota: 5 });
    const early = await enterAll(gate, campaignId, newIds(5));
    expect(early.map(({ state }) => state)).toEqual(early.map(() => 'pending'));
    await held;
    await rig.stopRedis();
    await rig.startRedis();
    const late = await eventually(() => enterAll(gate, campaignId, newIds(20)));
    expect(late.map(({ state }) => state)).toEqual(late.map(() => 'sold_out'));
    release();
    await eventually(async () => expect((await booksOf(rig.database, campaignId)).issued).toBe(5));
    await expectExact(campaignId, []);
  });

  it('keeps its word to claims that were let in before the campaign was closed', async () => {
    const { admit, held, release } = holdAdmit(rig.store);
    const gate = await rig.start(PATIENT, { admit });
    const campaignId = await createCampaign(rig.database, { quota: 10 });
    const entering = enterAll(gate, campaignId, newIds(3));
    await held;
    await changeCampaign(rig.database, campaignId, { state: 'closed' });
    await gate.refresh(campaignId);
    await rig.redis.flushall();
    await epochIs(campaignId, '2');
    release();
    const entered = await entering;
    expect(entered.map(({ state }) => state)).toEqual(['issued', 'issued', 'issued']);
    expect(await gate.enter(campaignId, newId())).toEqual({ state: 'closed' });
  });

  it('without the last claims, lets those in again who wait', async () => {
    const { admit, held, release } = holdAdmit(rig.store);
    const gate = await rig.start(PATIENT, { admit });
    const campaignId = await createCampaign(rig.database, { quota: 20 });
    const first = enterAll(gate, campaignId, newIds(5));
    await held;
    const file = appendOnlyFile(rig.redisData);
    const second = enterAll(gate, campaignId, newIds(5));
    await eventually(async () =>
      expect(await rig.redis.hget(rig.keysOf(campaignId).facts, 'rank')).toBe('10'),
    );
    await rig.stopRedis();
    cutTo(file);
    await rig.startRedis();
    release();
    const entered = [...(await first), ...(await second)];
    expect(entered.map(({ state }) => state)).toEqual(entered.map(() => 'issued'));
    await expectExact(campaignId, entered);
  });

  it('without claims that are stored, gives no rank twice and nobody two', async () => {
    const gate = await rig.start(PATIENT);
    const campaignId = await createCampaign(rig.database, { quota: 20 });
    const early = await enterAll(gate, campaignId, newIds(3));
    const file = appendOnlyFile(rig.redisData);
    const members = newIds(4);
    const late = await enterAll(gate, campaignId, members);
    await rig.stopRedis();
    cutTo(file);
    await rig.startRedis();
    const next = await eventually(() => gate.enter(campaignId, newId()));
    expect(next).toMatchObject({ state: 'issued', rank: 8 });
    expect(await gate.enter(campaignId, members[3] as Id)).toMatchObject({
      state: 'already',
      rank: 7,
    });
    await expectExact(campaignId, [...early, ...late, next]);
  });
});

describe('while Redis is away', () => {
  it('claims are refused at once, changes wait, and all goes on when it is back', async () => {
    const gate = await rig.start(PATIENT);
    const campaignId = await createCampaign(rig.database, { quota: 10 });
    await gate.enter(campaignId, newId());
    await rig.stopRedis();
    const refused = { code: 'first_come_unavailable', kind: 'unavailable' };
    await expect(gate.enter(campaignId, newId())).rejects.toMatchObject(refused);
    await expect(gate.statusOf(campaignId, 1, newId())).rejects.toMatchObject(refused);
    await gate.refresh(campaignId);
    await rig.startRedis();
    const entered = await eventually(() => gate.enter(campaignId, newId()));
    expect(entered).toMatchObject({ state: 'issued', rank: 2 });
  });

  it('a gate starts and stops', async () => {
    await rig.stopRedis();
    const gate = await rig.start(PATIENT);
    await expect(gate.enter(newId(), newId())).rejects.toMatchObject({
      code: 'first_come_unavailable',
    });
    await rig.stop(gate);
    await rig.startRedis();
  });
});

describe('a drain', () => {
  it('that dies after its commit is done again, and each claim is stored once', async () => {
    let crashes = 0;
    const gate = await rig.start(PATIENT, {
      admit: async (...args) => {
        const admission = await rig.store.admit(...args);
        crashes += 1;
        if (crashes === 1) throw new Error('died between the commit and what follows it');
        return admission;
      },
    });
    const campaignId = await createCampaign(rig.database, { quota: 10 });
    const entered = await enterAll(gate, campaignId, newIds(5));
    expect(crashes).toBe(2);
    expect(entered.map(({ state }) => state)).toEqual(entered.map(() => 'issued'));
    await expectExact(campaignId, entered);
    expect((await booksOf(rig.database, campaignId)).epoch).toBe(1);
  });

  it('that has entries of an epoch before the database takes them back through the new one', async () => {
    const { admit, held, release } = holdAdmit(rig.store);
    const gate = await rig.start({ ...PATIENT, sweepMs: 60_000 }, { admit });
    const campaignId = await createCampaign(rig.database, { quota: 10 });
    const entering = enterAll(gate, campaignId, newIds(5));
    await held;
    await rig.store.startEpoch(campaignId, 0);
    release();
    const entered = await entering;
    expect(entered.map((each) => 'rank' in each && each.rank)).toEqual([1, 2, 3, 4, 5]);
    await expectExact(campaignId, entered);
    expect((await booksOf(rig.database, campaignId)).epoch).toBe(3);
  });

  it('finds claims that nobody called for, of an instance that was killed', async () => {
    const campaignId = await createCampaign(rig.database, { quota: 10 });
    // Long enough that only the first sweep can have found them.
    const gate = await rig.start({ ...PATIENT, sweepMs: 1500 });
    await gate.refresh(campaignId);
    const { connection, redis } = await rig.openGateRedis();
    const claim = { claimId: newId(), memberId: newId(), extra: '' };
    const call = { epoch: 1, instanceId: newId(), isReturning: false, claims: [claim] };
    expect(await redis.enter(campaignId, call)).toMatchObject({ answers: [{ kind: 'entered' }] });
    connection.close();
    await eventually(
      async () =>
        expect(await gate.statusOf(campaignId, 1, claim.memberId)).toEqual({
          state: 'issued',
          claimId: claim.claimId,
          rank: 1,
        }),
      3500,
    );
  });
});

describe('an instance that has the job and does nothing', () => {
  it('holds nobody up', async () => {
    const { admit, held, release } = holdAdmit(rig.store);
    const idle = await rig.start({ ...PATIENT, sweepMs: 60_000 }, { admit });
    const campaignId = await createCampaign(rig.database, { quota: 10 });
    const entering = idle.enter(campaignId, newId());
    await held;
    await rig.start({ ...PATIENT, sweepMs: 50 });
    // Stored by the other one, which tells those who wait here before they ask by themselves.
    const startedAt = performance.now();
    expect(await entering).toMatchObject({ state: 'issued', rank: 1 });
    expect(performance.now() - startedAt).toBeLessThan(PATIENT.waitMs / 2);
    release();
    await rig.stopGates();
    await expectExact(campaignId, [await entering]);
  });
});

describe('Redis that has gone astray', () => {
  it.each([
    ['repeats ranks', (key: string) => rig.redis.hset(key, 'rank', 1, 'settled', 1)],
    ['does not know the campaign', (key: string) => rig.redis.del(key)],
    ['believes in an older epoch', (key: string) => rig.redis.hset(key, 'epoch', 0)],
    ['believes in a newer epoch', (key: string) => rig.redis.hset(key, 'epoch', 70_000)],
  ])('and %s is filled again from the database', async (_, spoil) => {
    const gate = await rig.start(PATIENT);
    const campaignId = await createCampaign(rig.database, { quota: 6 });
    const before = await enterAll(gate, campaignId, newIds(3));
    await spoil(rig.keysOf(campaignId).facts);
    const after = await enterAll(gate, campaignId, newIds(5));
    expect(after.map(({ state }) => state)).toEqual([
      'issued',
      'issued',
      'issued',
      'sold_out',
      'sold_out',
    ]);
    await expectExact(campaignId, [...before, ...after]);
    expect((await booksOf(rig.database, campaignId)).epoch).toBeGreaterThan(1);
  });

  it('and skips ranks leaves no gap', async () => {
    const gate = await rig.start(PATIENT);
    const campaignId = await createCampaign(rig.database, { quota: 20 });
    const before = await enterAll(gate, campaignId, newIds(3));
    await rig.redis.hincrby(rig.keysOf(campaignId).facts, 'rank', 5);
    const after = await enterAll(gate, campaignId, newIds(3));
    expect(after.map((each) => 'rank' in each && each.rank)).toEqual([4, 5, 6]);
    await expectExact(campaignId, [...before, ...after]);
  });

  it('and is ahead of a database that was restored is filled again, though nobody gets in', async () => {
    const gate = await rig.start(PATIENT);
    const campaignId = await createCampaign(rig.database, { quota: 6, state: 'paused' });
    expect(await gate.enter(campaignId, newId())).toEqual({ state: 'paused' });
    await rig.redis.hset(rig.keysOf(campaignId).facts, 'epoch', 70_000);
    await changeCampaign(rig.database, campaignId, { state: 'open' });
    await eventually(async () => {
      expect(await gate.enter(campaignId, newId())).toMatchObject({ state: 'issued', rank: 1 });
    });
  });

  it('and believes that nothing is left goes on to sell what there is', async () => {
    const gate = await rig.start(PATIENT);
    const campaignId = await createCampaign(rig.database, { quota: 6 });
    await enterAll(gate, campaignId, newIds(3));
    await rig.redis.hset(rig.keysOf(campaignId).facts, 'rank', 6);
    expect(await gate.enter(campaignId, newId())).toEqual({ state: 'sold_out' });
    await eventually(async () => {
      expect(await gate.enter(campaignId, newId())).toMatchObject({ state: 'issued', rank: 4 });
    });
  });

  it('and lost entries, though nothing else, gets them back', async () => {
    let mayStore = false;
    const gate = await rig.start(PATIENT, {
      admit: (...args) =>
        mayStore ? rig.store.admit(...args) : Promise.reject(new Error('not yet')),
    });
    const campaignId = await createCampaign(rig.database, { quota: 5 });
    const entering = enterAll(gate, campaignId, newIds(5));
    const { facts, stream } = rig.keysOf(campaignId);
    await eventually(async () => expect(await rig.redis.hget(facts, 'rank')).toBe('5'));
    await rig.redis.del(stream(1));
    mayStore = true;
    const entered = await entering;
    expect(entered.map(({ state }) => state)).toEqual(entered.map(() => 'issued'));
    await expectExact(campaignId, entered);
  });

  it('and lets a member in twice is put right', async () => {
    const gate = await rig.start(PATIENT);
    const campaignId = await createCampaign(rig.database, { quota: 5 });
    const memberId = newId();
    const first = await gate.enter(campaignId, memberId);
    await rig.redis.hdel(rig.keysOf(campaignId).members(1), memberId);
    expect(await gate.enter(campaignId, memberId)).toEqual({ ...first, state: 'already' });
    await expectExact(campaignId, [first, await gate.enter(campaignId, newId())]);
    expect((await booksOf(rig.database, campaignId)).issued).toBe(2);
  });
});

describe('a campaign that takes too long to be filled', () => {
  it('lets nobody in behind his back', async () => {
    const filling = createLatch();
    const gate = await rig.start(
      { waitMs: 100, sweepMs: 60_000 },
      {
        startEpoch: async (...args) => {
          await filling.opened;
          return rig.store.startEpoch(...args);
        },
      },
    );
    const campaignId = await createCampaign(rig.database, { quota: 10 });
    const memberId = newId();
    await expect(gate.enter(campaignId, memberId)).rejects.toMatchObject({
      code: 'first_come_unavailable',
    });
    filling.open();
    await eventually(async () =>
      expect(await gate.statusOf(campaignId, 1, memberId)).toEqual({ state: 'claim_again' }),
    );
    const { facts } = rig.keysOf(campaignId);
    expect(await rig.redis.hmget(facts, 'epoch', 'rank')).toEqual(['1', '0']);
  });
});

describe('two instances that fill a campaign at once', () => {
  it('come to the same epoch, the newer one', async () => {
    const campaignId = await createCampaign(rig.database, { quota: 10 });
    const { facts, rebuild } = rig.keysOf(campaignId);
    const { connection } = await rig.openGateRedis();
    const lock = rebuild(connection.run);
    connection.close();
    const begun = createLatch();
    const slow = await rig.start(PATIENT, {
      startEpoch: async (...args) => {
        const campaign = await rig.store.startEpoch(...args);
        // As if it had taken so long that its lock ran out.
        await rig.redis.del(lock);
        begun.open();
        await eventually(async () => expect(await rig.redis.hget(facts, 'epoch')).toBe('2'));
        return campaign;
      },
    });
    const quick = await rig.start({ ...PATIENT, sweepMs: 60_000 });
    const slowly = slow.enter(campaignId, newId());
    await begun.opened;
    const quickly = quick.enter(campaignId, newId());
    const entered = [await quickly, await slowly];
    expect(entered).toMatchObject([{ state: 'issued' }, { state: 'issued' }]);
    expect((await booksOf(rig.database, campaignId)).epoch).toBe(2);
    await expectExact(campaignId, entered);
  });
});
