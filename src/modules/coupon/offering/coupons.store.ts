import { and, desc, eq, gt, lt, lte, or, isNull } from 'drizzle-orm';
import type { Database } from '../../../platform/database/database.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { CampaignState } from '../coupon.rules.ts';
import { couponCounters, coupons } from '../coupon.tables.ts';

export type CouponRow = typeof coupons.$inferSelect;
export type CounterRow = typeof couponCounters.$inferSelect;
export type CouponWithCounters = { coupon: CouponRow; counters: CounterRow };

/** Redis is filled for the first time in epoch 1. */
const BEFORE_FIRST_EPOCH = 0;

/** Stores a coupon and its counters. Throws the duplicate-key error when its code is taken. */
export async function insertCoupon(
  tx: Transaction,
  coupon: typeof coupons.$inferInsert,
  quantity: number,
): Promise<void> {
  await tx.orm.insert(coupons).values(coupon);
  await tx.orm
    .insert(couponCounters)
    .values({ couponId: coupon.id, quantity, epoch: BEFORE_FIRST_EPOCH });
}

export async function findCoupon(
  database: Database,
  id: Id,
): Promise<CouponWithCounters | undefined> {
  const [row] = await withCounters(database).where(eq(coupons.id, id));
  return row;
}

/**
 * Locks a coupon and its counters, so that what is decided on them still holds when it is written.
 * The counters come last: claims, which lock them alone, go on until then.
 */
export async function lockCoupon(tx: Transaction, id: Id): Promise<CouponWithCounters | undefined> {
  const [coupon] = await tx.orm.select().from(coupons).where(eq(coupons.id, id)).for('update');
  const [counters] = await tx.orm
    .select()
    .from(couponCounters)
    .where(eq(couponCounters.couponId, id))
    .for('update');
  return coupon && counters && { coupon, counters };
}

/** Writes what changed of a locked coupon. Every change raises its version. */
export async function updateCoupon(
  tx: Transaction,
  id: Id,
  changed: { version: number; name?: string | undefined; closesAt?: Date | undefined },
): Promise<void> {
  await tx.orm.update(coupons).set(changed).where(eq(coupons.id, id));
}

export async function updateCounters(
  tx: Transaction,
  couponId: Id,
  changed: { quantity: number } | { state: CampaignState },
): Promise<void> {
  await tx.orm.update(couponCounters).set(changed).where(eq(couponCounters.couponId, couponId));
}

type ListPage = { limit: number; beforeId: Id | undefined };

/** Coupons that can be claimed, newest first; `beforeId` continues after that one. */
export async function listOpenCoupons(
  database: Database,
  { now, limit, beforeId }: ListPage & { now: Date },
): Promise<CouponWithCounters[]> {
  return withCounters(database)
    .where(
      and(
        lte(coupons.opensAt, now),
        gt(coupons.closesAt, now),
        or(isNull(coupons.validUntil), gt(coupons.validUntil, now)),
        eq(couponCounters.state, 'open'),
        beforeId === undefined ? undefined : lt(coupons.id, beforeId),
      ),
    )
    .orderBy(desc(coupons.id))
    .limit(limit);
}

/** Every coupon, newest first; `beforeId` continues after that one. */
export async function listAllCoupons(
  database: Database,
  { limit, beforeId }: ListPage,
): Promise<CouponWithCounters[]> {
  return withCounters(database)
    .where(beforeId === undefined ? undefined : lt(coupons.id, beforeId))
    .orderBy(desc(coupons.id))
    .limit(limit);
}

function withCounters({ orm }: Database) {
  return orm
    .select({ coupon: coupons, counters: couponCounters })
    .from(coupons)
    .innerJoin(couponCounters, eq(couponCounters.couponId, coupons.id));
}

/** Every coupon, in the order of ids, for republishing. */
export async function readCouponsAfter(
  database: Database,
  afterId: Id | undefined,
  limit: number,
): Promise<CouponRow[]> {
  return database.orm
    .select()
    .from(coupons)
    .where(afterId === undefined ? undefined : gt(coupons.id, afterId))
    .orderBy(coupons.id)
    .limit(limit);
}
