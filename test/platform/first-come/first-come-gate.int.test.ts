import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Precedence } from '../../../src/platform/batching/precedence.ts';
import { addFirstComeMetrics } from '../../../src/platform/first-come/first-come.metrics.ts';
import type { Entered, FirstComeGate } from '../../../src/platform/first-come/first-come.ts';
import { idFromBytes, newId, type Id } from '../../../src/platform/ids/id.ts';
import { createMetrics } from '../../../src/platform/metrics/metrics.ts';
import { eventually } from '../../support/eventually.ts';
import { createGateRig, type GateRig } from './support/gate-rig.ts';
import { holdAdmit } from './support/held-store.ts';
import { booksOf, changeCampaign, createCampaign } from './support/test-campaigns.ts';

let rig: GateRig;
beforeAll(async () => {
  rig = await createGateRig();
});
afterAll(() => rig.close());
afterEach(async () => {
  vi.restoreAllMocks();
  await rig.stopGates();
});

const HOUR_MS = 3_600_000;
/** Long enough for a slow machine: nobody is to be answered "pending" for want of time. */
const PATIENT = { waitMs: 20_000 };
const newIds = (howMany: number): Id[] => Array.from({ length: howMany }, () => newId());

describe('a crowd', () => {
  it.each([1, 4])('gets exactly what there is, at %i instances', async (instances) => {
    const gates = await Promise.all(Array.from({ length: instances }, () => rig.start(PATIENT)));
    const campaignId = await createCampaign(rig.database, { quota: 500 });
    const members = newIds(2000);
    const answers = new Map<Id, Entered[]>(members.map((memberId) => [memberId, []]));
    const startedAt = performance.now();
    await Promise.all(
      Array.from({ length: 5000 }, async (_, index) => {
        const memberId = members[(index * 7) % members.length] as Id;
        const gate = gates[index % gates.length] as FirstComeGate;
        answers.get(memberId)?.push(await gate.enter(campaignId, memberId));
      }),
    );

    // Nobody had to ask by himself for an answer that was lost.
    expect(performance.now() - startedAt).toBeLessThan(PATIENT.waitMs / 2);

    const { claims, issued } = await booksOf(rig.database, campaignId);
    expect(issued).toBe(500);
    expect(claims.map(({ rank }) => rank)).toEqual(claims.map((_, index) => index + 1));
    const byMember = new Map(claims.map((claim) => [claim.memberId, claim]));
    expect(byMember.size).toBe(500);
    // Each answer is what the database says: one "issued" a winner, and "already" for the rest.
    for (const [memberId, given] of answers) {
      const claim = byMember.get(memberId);
      const states = given.map(({ state }) => state).toSorted();
      const others = claim ? 'already' : 'sold_out';
      expect(states.filter((state) => state !== others)).toEqual(claim ? ['issued'] : []);
      const told = given.flatMap((each) => ('rank' in each ? [[each.claimId, each.rank]] : []));
      expect(told).toEqual(told.map(() => [claim?.claimId, claim?.rank]));
    }
  });

  it('is served in the order of arrival', async () => {
    const gate = await rig.start(PATIENT);
    const campaignId = await createCampaign(rig.database, { quota: 600 });
    const members = newIds(600);
    const entered = await Promise.all(members.map((memberId) => gate.enter(campaignId, memberId)));
    expect(entered.map((each) => 'rank' in each && each.rank)).toEqual(
      members.map((_, index) => index + 1),
    );
  });
});

describe('a member', () => {
  it('is in once, and is told the earlier claim by every instance', async () => {
    const [first, second] = [await rig.start(PATIENT), await rig.start(PATIENT)];
    const campaignId = await createCampaign(rig.database, { quota: 3 });
    const memberId = newId();
    await first.enter(campaignId, newId());
    const entered = await first.enter(campaignId, memberId);
    expect(entered).toMatchObject({ state: 'issued', rank: 2 });
    const again = { ...entered, state: 'already' };
    expect(await first.enter(campaignId, memberId)).toEqual(again);
    expect(await second.enter(campaignId, memberId)).toEqual(again);
    expect((await booksOf(rig.database, campaignId)).claims).toHaveLength(2);
  });

  it('brings along what the module gave with the claim, whatever characters it has', async () => {
    const gate = await rig.start(PATIENT);
    const campaignId = await createCampaign(rig.database, { quota: 3 });
    const extras = ['서울 "중구" \\ 1/2', '\uD83D', 'plain'];
    await Promise.all(extras.map((extra) => gate.enter(campaignId, newId(), extra)));
    const rows = await rig.database.select<{ id: Buffer; extra: string }>(
      'SELECT campaign_id AS id, extra FROM test_claims ORDER BY claim_rank',
    );
    const stored = rows.filter(({ id }) => idFromBytes(id) === campaignId);
    // Half of a surrogate pair is no character, and must not hurt the others of its call.
    expect(stored.map(({ extra }) => extra)).toEqual(['서울 "중구" \\ 1/2', '\uFFFD', 'plain']);
  });

  it('who is not served in time is told "pending", and learns later what became of it', async () => {
    const { admit, held, release } = holdAdmit(rig.store);
    const gate = await rig.start({ waitMs: 700 }, { admit });
    const campaignId = await createCampaign(rig.database, { quota: 3 });
    const memberId = newId();
    const entered = await gate.enter(campaignId, memberId);
    expect(entered).toMatchObject({ state: 'pending', epoch: 1 });
    await held;
    expect(await gate.statusOf(campaignId, 1, memberId)).toEqual({ state: 'pending', epoch: 1 });
    // In by the same claim still, at whatever address it is asked for again.
    expect(await gate.enter(campaignId, memberId)).toEqual(entered);
    release();
    await eventually(async () => {
      expect(await gate.statusOf(campaignId, 1, memberId)).toMatchObject({
        state: 'issued',
        rank: 1,
      });
    });
    expect(await gate.statusOf(campaignId, 1, newId())).toEqual({ state: 'claim_again' });
  });

  it('is refused at once when too many wait', async () => {
    const { admit, release } = holdAdmit(rig.store);
    const gate = await rig.start({ ...PATIENT, mostWaiting: 2 }, { admit });
    const campaignId = await createCampaign(rig.database, { quota: 3 });
    const waiting = [gate.enter(campaignId, newId()), gate.enter(campaignId, newId())];
    await expect(gate.enter(campaignId, newId())).rejects.toMatchObject({ code: 'overloaded' });
    release();
    expect(await Promise.all(waiting)).toMatchObject([{ state: 'issued' }, { state: 'issued' }]);
  });
});

describe('work that takes precedence', () => {
  it('has claims stand back, and not wait for its end', async () => {
    const precedence = new Precedence();
    let end = () => {};
    const work = precedence.first(() => new Promise<void>((resolve) => (end = resolve)));
    const underWay = work();
    const gate = await rig.start(PATIENT, {}, precedence);
    const campaignId = await createCampaign(rig.database, { quota: 30 });
    const entered = await Promise.all(newIds(40).map((id) => gate.enter(campaignId, id)));
    expect(entered.filter(({ state }) => state === 'issued')).toHaveLength(30);
    expect(precedence.isTaken).toBe(true);
    end();
    await underWay;
  });
});

describe('the figures', () => {
  it('count answers by what they said, and those who wait', async () => {
    const { admit, held, release } = holdAdmit(rig.store);
    const gate = await rig.start(PATIENT, { admit });
    const campaignId = await createCampaign(rig.database, { quota: 1 });
    const registry = createMetrics();
    addFirstComeMetrics(registry, { test: gate });
    const entering = gate.enter(campaignId, newId());
    await held;
    expect(await registry.metrics()).toContain('seonchak_first_come_waiting{kind="test"} 1');
    release();
    await entering;
    await gate.enter(campaignId, newId());
    const figures = await registry.metrics();
    expect(figures).toContain('seonchak_first_come_waiting{kind="test"} 0');
    expect(figures).toContain('seonchak_first_come_answers{kind="test",state="issued"} 1');
    expect(figures).toContain('seonchak_first_come_answers{kind="test",state="sold_out"} 1');
    registry.clear();
  });
});

describe('a campaign', () => {
  /** Waits until an answer does not touch Redis; the first ones do, until the members are known. */
  async function soldOutFromMemory(gate: FirstComeGate, campaignId: Id): Promise<void> {
    const calls = async () => {
      const stats = await rig.redis.info('commandstats');
      return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0);
    };
    await eventually(async () => {
      const before = await calls();
      expect(await gate.enter(campaignId, newId())).toEqual({ state: 'sold_out' });
      expect(await calls()).toBe(before);
    });
  }

  it('lets nobody in outside its window, or while it is paused or closed', async () => {
    const gate = await rig.start(PATIENT);
    const answerOf = async (given: Parameters<typeof createCampaign>[1]) =>
      gate.enter(await createCampaign(rig.database, given), newId());
    expect(await answerOf({ quota: 1, opensInMs: HOUR_MS, closesInMs: 2 * HOUR_MS })).toMatchObject(
      {
        state: 'not_open',
        opensAt: expect.any(Date) as Date,
      },
    );
    expect(await answerOf({ quota: 1, opensInMs: -HOUR_MS, closesInMs: -1 })).toEqual({
      state: 'closed',
    });
    expect(await answerOf({ quota: 1, state: 'paused' })).toEqual({ state: 'paused' });
    expect(await answerOf({ quota: 1, state: 'closed' })).toEqual({ state: 'closed' });
    expect(await answerOf({ quota: 0 })).toEqual({ state: 'sold_out' });
    expect(await gate.enter(newId(), newId())).toEqual({ state: 'unknown' });
  });

  it('opens by the time of Redis, whatever the clocks of the hosts say', async () => {
    const gate = await rig.start(PATIENT);
    const campaignId = await createCampaign(rig.database, {
      quota: 1,
      opensInMs: HOUR_MS,
      closesInMs: 2 * HOUR_MS,
    });
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 365 * 24 * HOUR_MS);
    const memberId = newId();
    const states: string[] = [(await gate.enter(campaignId, memberId)).state];
    await changeCampaign(rig.database, campaignId, { opensInMs: 500 });
    await gate.refresh(campaignId);
    const closesAt = performance.now() + 10_000;
    while (!states.includes('issued') && performance.now() < closesAt) {
      states.push((await gate.enter(campaignId, memberId)).state);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(states[0]).toBe('not_open');
    expect(new Set(states)).toEqual(new Set(['not_open', 'issued']));
  });

  it('that is sold out answers from memory, except for those who are in', async () => {
    const gate = await rig.start(PATIENT);
    const campaignId = await createCampaign(rig.database, { quota: 1 });
    const winner = newId();
    await gate.enter(campaignId, winner);
    await soldOutFromMemory(gate, campaignId);
    expect(await gate.enter(campaignId, winner)).toMatchObject({ state: 'already', rank: 1 });
  });

  it('goes on when its quota is raised, at every instance that is told', async () => {
    const [first, second] = [await rig.start(PATIENT), await rig.start(PATIENT)];
    const campaignId = await createCampaign(rig.database, { quota: 1 });
    await first.enter(campaignId, newId());
    // What they remember does not end by itself meanwhile.
    vi.spyOn(performance, 'now').mockReturnValue(performance.now());
    for (const gate of [first, second]) await soldOutFromMemory(gate, campaignId);
    await changeCampaign(rig.database, campaignId, { quota: 3 });
    await first.refresh(campaignId);
    expect(await first.enter(campaignId, newId())).toMatchObject({ state: 'issued', rank: 2 });
    await eventually(async () => {
      // Once more: the first word may have come before the second instance listened.
      await first.refresh(campaignId);
      expect(await second.enter(campaignId, newId())).toMatchObject({ state: 'issued', rank: 3 });
    });
  });

  it('takes over a change that nobody told the gate of', async () => {
    const gate = await rig.start({ ...PATIENT, sweepMs: 50 });
    const campaignId = await createCampaign(rig.database, { quota: 1 });
    await gate.enter(campaignId, newId());
    await changeCampaign(rig.database, campaignId, { state: 'paused' });
    await eventually(async () => {
      expect(await gate.enter(campaignId, newId())).toEqual({ state: 'paused' });
    });
  });

  it('stores no more than a lowered quota, though more were let in', async () => {
    const { admit, held, release } = holdAdmit(rig.store);
    const gate = await rig.start(PATIENT, { admit });
    const campaignId = await createCampaign(rig.database, { quota: 5 });
    const entering = newIds(5).map((memberId) => gate.enter(campaignId, memberId));
    await held;
    await changeCampaign(rig.database, campaignId, { quota: 2 });
    release();
    const states = (await Promise.all(entering)).map(({ state }) => state);
    expect(states).toEqual(['issued', 'issued', 'sold_out', 'sold_out', 'sold_out']);
    expect((await booksOf(rig.database, campaignId)).issued).toBe(2);
  });
});
