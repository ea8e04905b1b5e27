import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBringBackOld } from '../../../src/platform/first-come/bring-back-old.ts';
import type { Campaign } from '../../../src/platform/first-come/campaign-store.ts';
import { CampaignWriter } from '../../../src/platform/first-come/campaign-writer.ts';
import type { GateConnection } from '../../../src/platform/first-come/gate-connection.ts';
import { gateKeys } from '../../../src/platform/first-come/gate-keys.ts';
import type { GateRedis } from '../../../src/platform/first-come/gate-redis.ts';
import { newId, type Id } from '../../../src/platform/ids/id.ts';
import { eventually } from '../../support/eventually.ts';
import { createGateRig, type GateRig } from './support/gate-rig.ts';

const HOUR_MS = 3_600_000;

let rig: GateRig;
let connection: GateConnection;
let redis: GateRedis;
let writer: CampaignWriter;
let campaign: Campaign;

beforeAll(async () => {
  rig = await createGateRig();
  ({ connection, redis } = await rig.openGateRedis());
  writer = new CampaignWriter(connection, gateKeys('test', 'tests'));
});
afterAll(async () => {
  connection.close();
  await rig.close();
});

beforeEach(async () => {
  campaign = {
    id: newId(),
    epoch: 3,
    version: 5,
    quota: 10,
    issued: 0,
    state: 'open',
    opensAt: new Date(Date.now() - HOUR_MS),
    closesAt: new Date(Date.now() + HOUR_MS),
  };
  expect(await writer.publish(campaign, 0, 0)).toBe('published');
});

const enter = (epoch: number, memberId: Id = newId()) =>
  redis.enter(campaign.id, {
    epoch,
    instanceId: newId(),
    isReturning: false,
    claims: [{ claimId: newId(), memberId, extra: '' }],
  });

describe('the scripts fail closed', () => {
  it.each([2, 4])('for epoch %i beside the present one', async (epoch) => {
    expect(await enter(epoch)).toBe('stale');
    expect(await redis.take(campaign.id, epoch, undefined, 10)).toBe('stale');
    expect(await writer.refresh({ ...campaign, epoch, version: 9 })).toBe('stale');
    expect(await rig.redis.keys(`*${campaign.id}*stream`)).toEqual([]);
  });

  it('for an epoch of another run of the server', async () => {
    const { facts, stream, members } = rig.keysOf(campaign.id);
    await enter(3);
    await rig.redis.hset(facts, 'run', 'another one');
    expect(await enter(3)).toBe('stale');
    expect(await redis.take(campaign.id, 3, undefined, 10)).toBe('stale');
    expect(await writer.refresh({ ...campaign, version: 9 })).toBe('stale');
    expect(await redis.head(campaign.id)).toMatchObject({ epoch: 3, isOfThisRun: false });
    expect(await rig.redis.xlen(stream(3))).toBe(1);
    expect(await rig.redis.hlen(members(3))).toBe(1);
  });
});

describe('an epoch', () => {
  it('is not published when its members got lost', async () => {
    const next = { ...campaign, epoch: 4, issued: 1 };
    const claims = [{ claimId: newId(), memberId: newId(), rank: 1 }];
    await writer.addMembers(campaign.id, 4, claims);
    await rig.redis.del(rig.keysOf(campaign.id).members(4));
    expect(await writer.publish(next, 1, 0)).toBe('lost');
    expect(await redis.head(campaign.id)).toMatchObject({ epoch: 3 });
    await writer.addMembers(campaign.id, 4, claims);
    expect(await writer.publish(next, 1, 0)).toBe('published');
    expect(await writer.publish(campaign, 0, 0)).toBe('behind');
  });

  it('takes over newer terms only', async () => {
    const { facts } = rig.keysOf(campaign.id);
    expect(await writer.refresh({ ...campaign, version: 6, quota: 20 })).toBe('ok');
    expect(await writer.refresh({ ...campaign, version: 5, quota: 30 })).toBe('ok');
    expect(await rig.redis.hget(facts, 'quota')).toBe('20');
  });

  it('lets those in first who were in before, and everybody after a while or a word', async () => {
    const next = { ...campaign, epoch: 4 };
    await writer.publish(next, 0, 60_000);
    expect(await enter(4)).toBe('busy');
    const returning = await redis.enter(campaign.id, {
      epoch: 4,
      instanceId: newId(),
      isReturning: true,
      claims: [{ claimId: newId(), memberId: newId(), extra: '' }],
    });
    expect(returning).toMatchObject({ answers: [{ kind: 'entered', rank: 1 }] });
    await writer.open(campaign.id, 4);
    expect(await enter(4)).toMatchObject({ answers: [{ kind: 'entered', rank: 2 }] });

    const publishedAfter = performance.now();
    await writer.publish({ ...campaign, epoch: 5 }, 0, 50);
    await eventually(async () => expect(await enter(5)).not.toBe('busy'));
    // Redis counts whole milliseconds.
    expect(performance.now() - publishedAfter).toBeGreaterThan(49);
  });

  it('goes by itself, with all its keys, a day after the end', async () => {
    await enter(3);
    const keys = await rig.redis.keys(`*${campaign.id}*`);
    // facts, members, stream and the note of the epoch before
    expect(keys).toHaveLength(4);
    const lives = await Promise.all(keys.map((key) => rig.redis.pttl(key)));
    for (const lifeMs of lives) expect(Math.ceil(lifeMs / HOUR_MS)).toBe(25);
  });
});

describe('what an older epoch let in', () => {
  it('stays where it is until it is in again, also when the present epoch is another one', async () => {
    const bringBackOld = createBringBackOld(redis);
    const waiting = [newId(), newId()];
    for (const memberId of waiting) await enter(3, memberId);
    expect(await writer.publish({ ...campaign, epoch: 4 }, 0, 0)).toBe('published');
    // Of somebody who learns only now that there is an epoch 4.
    expect(await bringBackOld(campaign.id, 3)).toBe(false);
    expect(await bringBackOld(campaign.id, 4)).toBe(true);
    const taken = await redis.take(campaign.id, 4, undefined, 10);
    expect(taken).toMatchObject(waiting.map((memberId) => ({ entries: [{ memberId }] })));
    expect(await redis.oldEpochs(campaign.id)).toEqual([]);
  });
});

describe('a drain', () => {
  it('takes what was let in, in order and about as much as it wants', async () => {
    for (let claim = 0; claim < 5; claim += 1) await enter(3);
    const taken = await redis.take(campaign.id, 3, undefined, 2);
    expect(taken).toMatchObject([{ entries: [{ rank: 1 }] }, { entries: [{ rank: 2 }] }]);
    const streamIds = (taken as { streamId: string }[]).map(({ streamId }) => streamId);
    const next = await redis.take(campaign.id, 3, { rank: 2, streamIds }, 10);
    expect(next).toMatchObject([3, 4, 5].map((rank) => ({ entries: [{ rank }] })));
  });

  it('is told when something was let in that is not there any more', async () => {
    await enter(3);
    await rig.redis.del(rig.keysOf(campaign.id).stream(3));
    expect(await redis.take(campaign.id, 3, undefined, 10)).toBe('lost');
  });
});
