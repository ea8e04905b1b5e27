import { expect, inject } from 'vitest';
import { closeRedis, openRedis } from '../../../src/platform/cache/redis.ts';
import { idToBytes, type Id } from '../../../src/platform/ids/id.ts';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import type { Answer } from '../../support/api-client.ts';
import { eventually } from '../../support/eventually.ts';
import type { TestShop } from '../../support/start-shop.ts';

export type Api = Pick<TestShop, 'api'>;

const HOUR_MS = 3_600_000;

/** So many hours from now, as ISO 8601. */
export const inHours = (hours: number): string =>
  new Date(Date.now() + hours * HOUR_MS).toISOString();

export const claim = (
  { api }: Api,
  couponId: Id,
  token?: string,
  body?: unknown,
): Promise<Answer> => api.post(`/coupons/${couponId}/claims`, { token, body });

/** Claims, and asks on when storing that takes long, as clients do: on a busy machine it may. */
export async function claimAndAwait(shop: Api, couponId: Id, token: string): Promise<Answer> {
  const claimed = await claim(shop, couponId, token);
  if (claimed.status !== 202) return claimed;
  const path = (claimed.headers.get('location') ?? '').replace('/api/v1', '');
  return eventually(async () => {
    const asked = await shop.api.get(path, { token });
    expect(asked.status).not.toBe(202);
    return asked;
  });
}

/** The coupon as admins see it. */
export async function shownCoupon({ api, ownerToken }: TestShop, couponId: Id) {
  return (await api.get(`/admin/coupons/${couponId}`, { token: ownerToken })).body;
}

/** The counters of a coupon as admins see them. */
export async function countersOf(shop: TestShop, couponId: Id) {
  const { issuedCount, heldCount, usedCount, expiredCount } = await shownCoupon(shop, couponId);
  return { issuedCount, heldCount, usedCount, expiredCount };
}

export const UNUSED = { heldCount: 0, usedCount: 0, expiredCount: 0 };

export async function couponsOf({ api }: Api, token: string) {
  return (await api.get('/me/coupons', { token })).body.items;
}

/** What is stored of a coupon's claims: rows, members and ranks must be the same number. */
export async function storedClaims({ database }: TestShop, couponId: Id) {
  const [row] = await database.select<Record<'claims' | 'members' | 'lastRank', number>>(
    `SELECT COUNT(*) AS claims, COUNT(DISTINCT member_id) AS members,
            COALESCE(MAX(claim_rank), 0) AS lastRank
     FROM coupon_member_coupons WHERE coupon_id = ?`,
    [idToBytes(couponId)],
  );
  return row;
}

/** Takes all that Redis knows of a shop's coupon campaigns away, as a flush does. */
export function forgetCampaigns(prefix: string): Promise<void> {
  return forget(`${prefix}:first-come:coupon:*`);
}

async function forget(pattern: string): Promise<void> {
  const redis = openRedis(inject('redisUrl'), createLogger('silent'));
  try {
    const keys = await redis.keys(pattern);
    if (keys.length === 0) throw new Error(`nothing in Redis is named ${pattern}`);
    await redis.del(...keys);
  } finally {
    closeRedis(redis);
  }
}
