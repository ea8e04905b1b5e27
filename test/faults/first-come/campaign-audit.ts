import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import type { RecordedEvent } from '../../../src/platform/events/define-event.ts';
import type { Database } from '../../../src/platform/database/database.ts';
import { gateKeys } from '../../../src/platform/first-come/gate-keys.ts';
import { idFromBytes, idToBytes, type Id } from '../../../src/platform/ids/id.ts';
import { eventually } from '../../support/eventually.ts';
import { auditLedger } from '../../support/ledger.ts';
import { settled } from '../support/audit.ts';
import type { Campaign, ToldClaim } from './campaign.ts';

const SETTLED_WITHIN_MS = 300_000;

/** Where a campaign is: in the database, and in Redis below a prefix. */
export type CampaignPlace = { database: Database; redisUrl: string; prefix: string };

/**
 * Waits until nothing is pending, and compares what is stored of a campaign with its quantity, with
 * what members were told, with what the other modules were told, and with Redis. Throws an
 * AssertionError that says what is wrong.
 * @param told what members were told to have
 * @param issued how many units must be in members' hands: all of them when not given
 * @param withinMs how long it may take until nothing is pending and Redis agrees
 */
export async function auditCampaign(
  place: CampaignPlace,
  { couponId, quantity }: Campaign,
  told: readonly ToldClaim[],
  { issued = quantity, withinMs = SETTLED_WITHIN_MS } = {},
): Promise<void> {
  const { database } = place;
  await settled(database, withinMs);
  await auditLedger({ database });
  const stored = await readStored(database, couponId);
  assert.equal(new Set(stored.map(({ memberId }) => memberId)).size, issued, 'members with one');
  assert.deepEqual(
    stored.map(({ rank }) => rank),
    Array.from({ length: issued }, (_, index) => index + 1),
  );
  assert.deepEqual(findLies(stored, told), []);
  assert.deepEqual(await readAnnounced(database, couponId), idsOf(stored));
  await eventually(() => compareWithRedis(place, couponId, stored), withinMs);
}

async function readStored(database: Database, couponId: Id): Promise<ToldClaim[]> {
  const rows = await database.select<{ id: Buffer; memberId: Buffer; rank: number }>(
    `SELECT id, member_id AS memberId, claim_rank AS \`rank\` FROM coupon_member_coupons
     WHERE coupon_id = ? ORDER BY claim_rank`,
    [idToBytes(couponId)],
  );
  return rows.map(({ id, memberId, rank }) => ({
    memberId: idFromBytes(memberId),
    memberCouponId: idFromBytes(id),
    rank,
  }));
}

/** What members were told to have, and do not have. */
function findLies(stored: readonly ToldClaim[], told: readonly ToldClaim[]): ToldClaim[] {
  const byMember = new Map(stored.map((claim) => [claim.memberId, claim]));
  return told.filter(({ memberId, memberCouponId, rank }) => {
    const claim = byMember.get(memberId);
    return claim?.memberCouponId !== memberCouponId || claim.rank !== rank;
  });
}

/** The coupons that others were told of, as often as they were. */
async function readAnnounced(database: Database, couponId: Id): Promise<Id[]> {
  const rows = await database.select<{ events: string }>(
    `SELECT events FROM platform_outbox WHERE events LIKE '%coupon.issued%'`,
  );
  return rows
    .flatMap((row) => JSON.parse(row.events) as RecordedEvent[])
    .filter(({ name }) => name === 'coupon.issued')
    .map(({ payload }) => payload as { couponId: Id; issues: { memberCouponId: Id }[] })
    .filter((payload) => payload.couponId === couponId)
    .flatMap(({ issues }) => issues.map(({ memberCouponId }) => memberCouponId))
    .toSorted();
}

function idsOf(stored: readonly ToldClaim[]): Id[] {
  return stored.map(({ memberCouponId }) => memberCouponId).toSorted();
}

async function compareWithRedis(
  { database, redisUrl, prefix }: CampaignPlace,
  couponId: Id,
  stored: readonly ToldClaim[],
): Promise<void> {
  const [counter] = await database.select<{ epoch: number }>(
    'SELECT epoch FROM coupon_counters WHERE coupon_id = ?',
    [idToBytes(couponId)],
  );
  const epoch = counter?.epoch ?? 0;
  const keys = gateKeys(prefix, 'coupon').of(couponId);
  const redis = new Redis(redisUrl);
  try {
    const [facts, members, waiting, old] = await Promise.all([
      redis.hmget(keys.facts, 'epoch', 'rank', 'settled'),
      redis.hgetall(keys.members(epoch)),
      redis.xlen(keys.stream(epoch)),
      redis.smembers(keys.old),
    ]);
    const last = String(stored.length);
    assert.deepEqual(
      { facts, waiting, old },
      { facts: [String(epoch), last, last], waiting: 0, old: [] },
    );
    assert.deepEqual(
      { ...members },
      Object.fromEntries(
        stored.map(({ memberId, memberCouponId, rank }) => [memberId, `${memberCouponId} ${rank}`]),
      ),
    );
  } finally {
    redis.disconnect();
  }
}
