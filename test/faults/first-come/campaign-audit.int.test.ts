import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { couponCounters, memberCoupons } from '../../../src/modules/coupon/coupon.tables.ts';
import { gateKeys, type CampaignKeys } from '../../../src/platform/first-come/gate-keys.ts';
import { idToBytes, newId, type Id } from '../../../src/platform/ids/id.ts';
import { present } from '../support/fault.ts';
import { createFaultDatabase, type FaultDatabase } from '../support/fault-database.ts';
import { auditCampaign, type CampaignPlace } from './campaign-audit.ts';
import type { Campaign, ToldClaim } from './campaign.ts';

const QUANTITY = 3;
const EPOCH = 2;
/** No shop runs that would put anything right. */
const AT_ONCE = { withinMs: 0 };

let faultDatabase: FaultDatabase;
let redis: Redis;
let place: CampaignPlace;
let campaign: Campaign;
let told: ToldClaim[];
let keys: CampaignKeys;

beforeAll(async () => {
  faultDatabase = await createFaultDatabase(inject('databaseUrl'));
  redis = new Redis(inject('redisUrl'));
  const prefix = `test-${newId()}`;
  place = { database: faultDatabase.database, redisUrl: inject('redisUrl'), prefix };
});
afterAll(async () => {
  redis.disconnect();
  await faultDatabase.drop();
});

beforeEach(async () => {
  const { database } = faultDatabase;
  campaign = { couponId: newId(), quantity: QUANTITY };
  keys = gateKeys(place.prefix, 'coupon').of(campaign.couponId);
  told = Array.from({ length: QUANTITY }, (_, index) => ({
    memberId: newId(),
    memberCouponId: newId(),
    rank: index + 1,
  }));
  await writeStored(campaign.couponId);
  await writeToRedis();
  return async () => {
    for (const table of ['coupon_counters', 'coupon_member_coupons', 'platform_outbox']) {
      await database.write(`DELETE FROM ${table}`);
    }
    await redis.del(keys.facts, keys.old, keys.members(EPOCH), keys.stream(EPOCH));
  };
});

async function writeStored(couponId: Id): Promise<void> {
  const { database } = faultDatabase;
  const counter = { couponId, quantity: QUANTITY, issued: QUANTITY, epoch: EPOCH };
  await database.orm.insert(couponCounters).values(counter);
  await database.orm.insert(memberCoupons).values(
    told.map(({ memberId, memberCouponId: id, rank }) => ({
      id,
      couponId,
      memberId,
      rank,
      state: 'issued' as const,
      expiresAt: new Date(),
    })),
  );
  const events = [{ name: 'coupon.issued', payload: { couponId, issues: told } }];
  await database.write(
    `INSERT INTO platform_outbox (id, owner_id, events, event_count, dispatched_at)
     VALUES (?, ?, ?, 1, CURRENT_TIMESTAMP(3))`,
    [idToBytes(newId()), idToBytes(newId()), JSON.stringify(events)],
  );
}

async function writeToRedis(): Promise<void> {
  await redis.hset(keys.facts, { epoch: EPOCH, rank: QUANTITY, settled: QUANTITY });
  for (const { memberId, memberCouponId, rank } of told) {
    await redis.hset(keys.members(EPOCH), memberId, `${memberCouponId} ${rank}`);
  }
}

const audit = () => auditCampaign(place, campaign, told, AT_ONCE);

/** An audit that sees nothing would find every campaign exact. */
describe('the audit of a campaign', () => {
  it('passes one that is exact', async () => {
    await expect(audit()).resolves.toBeUndefined();
  });

  it.each([
    ['that was lost', { memberId: newId() }],
    ['that is another one', { memberCouponId: newId() }],
    ['with another rank', { rank: 2 }],
  ])('finds a coupon that somebody was told to have %s', async (_what, lie) => {
    told.push({ ...present(told[0]), ...lie });
    await expect(audit()).rejects.toThrow('memberCouponId');
  });

  it.each([
    ['a coupon that is missing', 1],
    ['a coupon too many', -1],
  ])('finds %s', async (_what, more) => {
    campaign = { ...campaign, quantity: QUANTITY + more };
    await expect(audit()).rejects.toThrow('members with one');
  });

  it.each([
    [
      'a gap between ranks',
      'coupon_member_coupons SET claim_rank = 9 WHERE claim_rank = 3',
      'issuedRows',
    ],
    ['a coupon that is not counted', 'coupon_counters SET issued = 2', 'issuedRows'],
    ['a coupon that others were not told of', "platform_outbox SET events = '[]'", 'deep'],
    [
      'what others are still to be told',
      'platform_outbox SET dispatched_at = NULL',
      'undispatched',
    ],
  ])('finds %s', async (_what, change, complaint) => {
    await faultDatabase.database.write(`UPDATE ${change}`);
    await expect(audit()).rejects.toThrow(complaint);
  });

  it.each([
    ['a member whom Redis has forgotten', () => redis.hdel(keys.members(EPOCH), toldFirst())],
    ['a member whom only Redis knows', () => redis.hset(keys.members(EPOCH), newId(), newId())],
    ['a rank that Redis is wrong about', () => redis.hset(keys.facts, 'rank', QUANTITY + 1)],
    ['claims that Redis takes for unstored', () => redis.hset(keys.facts, 'settled', 1)],
    ['a claim that waits', () => redis.xadd(keys.stream(EPOCH), '*', 'count', 0)],
    ['an old epoch that waits', () => redis.sadd(keys.old, 1)],
    ['another epoch', () => redis.hset(keys.facts, 'epoch', EPOCH + 1)],
  ])('finds %s', async (_what, change) => {
    await change();
    await expect(audit()).rejects.toThrow('deep');
  });
});

const toldFirst = () => present(told[0]).memberId;
