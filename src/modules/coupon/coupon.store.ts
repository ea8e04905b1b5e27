import { and, desc, eq, gt, lte, lt, sql } from 'drizzle-orm';
import { sqlMoment } from '../../platform/database/bulk.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import { idToBytes, type Id } from '../../platform/ids/id.ts';
import type { CouponKind, MemberCouponState } from './coupon.rules.ts';
import { couponCounters, coupons, memberCoupons } from './coupon.tables.ts';

export type CouponRow = typeof coupons.$inferSelect;
export type CounterRow = typeof couponCounters.$inferSelect;

export async function insertCoupon(
  tx: Transaction,
  coupon: typeof coupons.$inferInsert,
  quantity: number,
): Promise<void> {
  await tx.orm.insert(coupons).values(coupon);
  await tx.orm.insert(couponCounters).values({ couponId: coupon.id, quantity });
}

export async function findCoupon(database: Database, id: Id): Promise<CouponRow | undefined> {
  const [row] = await database.orm.select().from(coupons).where(eq(coupons.id, id));
  return row;
}

export async function findCouponWithCounters(
  database: Database,
  id: Id,
): Promise<{ coupon: CouponRow; counters: CounterRow } | undefined> {
  const [row] = await database.orm
    .select({ coupon: coupons, counters: couponCounters })
    .from(coupons)
    .innerJoin(couponCounters, eq(couponCounters.couponId, coupons.id))
    .where(eq(coupons.id, id));
  return row;
}

/** Coupons whose window is open, newest first; `beforeId` continues after that one. */
export async function listOpenCoupons(
  database: Database,
  page: { now: Date; limit: number; beforeId: Id | undefined },
): Promise<{ coupon: CouponRow; counters: CounterRow }[]> {
  return database.orm
    .select({ coupon: coupons, counters: couponCounters })
    .from(coupons)
    .innerJoin(couponCounters, eq(couponCounters.couponId, coupons.id))
    .where(
      and(
        lte(coupons.opensAt, page.now),
        gt(coupons.closesAt, page.now),
        page.beforeId === undefined ? undefined : lt(coupons.id, page.beforeId),
      ),
    )
    .orderBy(desc(coupons.id))
    .limit(page.limit);
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

/** Every coupon in members' hands, in the order of ids, for republishing. */
export async function readMemberCouponsAfter(
  database: Database,
  afterId: Id | undefined,
  limit: number,
): Promise<(typeof memberCoupons.$inferSelect)[]> {
  return database.orm
    .select()
    .from(memberCoupons)
    .where(afterId === undefined ? undefined : gt(memberCoupons.id, afterId))
    .orderBy(memberCoupons.id)
    .limit(limit);
}

export type MemberCouponItem = {
  id: Id;
  couponId: Id;
  name: string;
  kind: CouponKind;
  discountAmount: number;
  minOrderAmount: number;
  state: MemberCouponState;
  expiresAt: Date;
};

/** A member's coupons, newest first; `beforeId` continues after that one. */
export async function listMemberCoupons(
  database: Database,
  page: { memberId: Id; limit: number; beforeId: Id | undefined },
): Promise<MemberCouponItem[]> {
  return database.orm
    .select({
      id: memberCoupons.id,
      couponId: memberCoupons.couponId,
      name: coupons.name,
      kind: coupons.kind,
      discountAmount: coupons.discountAmount,
      minOrderAmount: coupons.minOrderAmount,
      state: memberCoupons.state,
      expiresAt: memberCoupons.expiresAt,
    })
    .from(memberCoupons)
    .innerJoin(coupons, eq(coupons.id, memberCoupons.couponId))
    .where(
      and(
        eq(memberCoupons.memberId, page.memberId),
        page.beforeId === undefined ? undefined : lt(memberCoupons.id, page.beforeId),
      ),
    )
    .orderBy(desc(memberCoupons.id))
    .limit(page.limit);
}

/**
 * Takes one of a coupon's remaining units. The condition stands in the UPDATE itself: a count that
 * is read first and inserted after lets every concurrent claim pass.
 * @returns the claim's rank from 1, or undefined when all are taken
 */
export async function takeUnit(tx: Transaction, couponId: Id): Promise<number | undefined> {
  const taken = await tx.orm
    .update(couponCounters)
    .set({ issued: sql`${couponCounters.issued} + 1` })
    .where(
      and(
        eq(couponCounters.couponId, couponId),
        lt(couponCounters.issued, couponCounters.quantity),
      ),
    );
  if (taken[0].affectedRows === 0) return undefined;
  const [row] = await tx.orm
    .select({ issued: couponCounters.issued })
    .from(couponCounters)
    .where(eq(couponCounters.couponId, couponId));
  return row?.issued;
}

export async function hasCoupon(tx: Transaction, memberId: Id, couponId: Id): Promise<boolean> {
  const rows = await tx.orm
    .select({ id: memberCoupons.id })
    .from(memberCoupons)
    .where(and(eq(memberCoupons.memberId, memberId), eq(memberCoupons.couponId, couponId)));
  return rows.length > 0;
}

export async function insertMemberCoupon(
  tx: Transaction,
  row: { id: Id; couponId: Id; memberId: Id; rank: number; expiresAt: Date },
): Promise<void> {
  await tx.write(
    `INSERT INTO coupon_member_coupons (id, coupon_id, member_id, claim_rank, state, expires_at)
     VALUES (?, ?, ?, ?, 'issued', ?)`,
    [
      idToBytes(row.id),
      idToBytes(row.couponId),
      idToBytes(row.memberId),
      row.rank,
      sqlMoment(row.expiresAt),
    ],
  );
}
