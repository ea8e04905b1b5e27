import { gateKeys } from '../../../src/platform/first-come/gate-keys.ts';
import { idFromBytes, idToBytes, type Id } from '../../../src/platform/ids/id.ts';
import type { WholeShop } from './whole-shop.ts';

/** A kind of campaign: its gate's name, and where MySQL has its claims. */
export type GateKind = { gate: string; counter: string; claims: string };

export const COUPONS: GateKind = {
  gate: 'coupon',
  counter: 'SELECT epoch, issued FROM coupon_counters WHERE coupon_id = ?',
  claims: `SELECT id AS claimId, member_id AS memberId, claim_rank AS place
           FROM coupon_member_coupons WHERE coupon_id = ?`,
};

export const FLASH_SALES: GateKind = {
  gate: 'flash-sale',
  counter: 'SELECT epoch, issued FROM order_flash_sale_counters WHERE flash_sale_id = ?',
  claims: `SELECT id AS claimId, member_id AS memberId, ticket_rank AS place
           FROM order_flash_tickets WHERE flash_sale_id = ?`,
};

type Counter = { epoch: number; issued: number };
type ClaimRow = { claimId: Buffer; memberId: Buffer; place: number };

/** How many claims are stored; undefined while some wait in Redis. */
export async function storedClaims(
  shop: WholeShop,
  kind: GateKind,
  campaignIds: readonly Id[],
): Promise<number | undefined> {
  let stored = 0;
  for (const id of campaignIds) {
    const { epoch, issued } = await counterOf(shop, kind, id);
    const { stream } = gateKeys(shop.redisPrefix, kind.gate).of(id);
    if ((await shop.redis.xlen(stream(epoch))) > 0) return undefined;
    stored += issued;
  }
  return stored;
}

/** Where Redis and MySQL do not agree on who is in, a line each. */
export async function gateFaults(
  shop: WholeShop,
  kind: GateKind,
  campaignIds: readonly Id[],
): Promise<string[]> {
  const faults: string[] = [];
  for (const id of campaignIds) faults.push(...(await disagreements(shop, kind, id)));
  return faults;
}

async function disagreements(shop: WholeShop, kind: GateKind, id: Id): Promise<string[]> {
  const { database, redis, redisPrefix } = shop;
  const { epoch, issued } = await counterOf(shop, kind, id);
  const rows = await database.select<ClaimRow>(kind.claims, [idToBytes(id)]);
  // One that nobody has claimed yet is unknown to Redis.
  if (issued === 0 && rows.length === 0) return [];

  const keys = gateKeys(redisPrefix, kind.gate).of(id);
  const facts = await redis.hmget(keys.facts, 'epoch', 'rank', 'settled');
  const members = await redis.hgetall(keys.members(epoch));
  const faults: string[] = [];
  const expected = [epoch, issued, issued].join(' ');
  if (facts.join(' ') !== expected) {
    faults.push(`${kind.gate} ${id}: Redis is at ${facts.join(' ')}, MySQL at ${expected}`);
  }
  const strangers = rows.filter(
    ({ claimId, memberId, place }) =>
      members[idFromBytes(memberId)] !== `${idFromBytes(claimId)} ${place}`,
  ).length;
  if (strangers > 0) faults.push(`${kind.gate} ${id}: Redis does not know ${strangers} claims`);
  const more = Object.keys(members).length - rows.length;
  if (more !== 0) faults.push(`${kind.gate} ${id}: Redis has ${more} members more than MySQL`);
  return faults;
}

async function counterOf({ database }: WholeShop, kind: GateKind, id: Id): Promise<Counter> {
  const [counter] = await database.select<Counter>(kind.counter, [idToBytes(id)]);
  if (!counter) throw new Error(`there is no ${kind.gate} ${id}`);
  return counter;
}
