import { and, desc, eq, gt, lte, lt, sql } from 'drizzle-orm';
import { bulkParameter, bulkRows, hex, sqlMoment } from '../../platform/database/bulk.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import { insertFresh } from '../../platform/database/sql-error.ts';
import type { HoldState } from '../../platform/holds/hold-state.ts';
import { inLockOrder } from '../../platform/holds/lock-order.ts';
import { idFromBytes, idToBytes, type Id } from '../../platform/ids/id.ts';
import type { CouponTerms } from './coupon.events.ts';
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

export type Hold = { orderId: Id; memberCouponId: Id; state: HoldState };

/** Locks the holds that orders have, in the order of their ids. */
export async function lockHolds(tx: Transaction, orderIds: readonly Id[]): Promise<Map<Id, Hold>> {
  const rows = await tx.select<{ orderId: Buffer; memberCouponId: Buffer; state: HoldState }>(
    `SELECT h.order_id AS orderId, h.member_coupon_id AS memberCouponId, h.state
     FROM ${bulkRows('wanted', { order_id: 'id' })}
     STRAIGHT_JOIN coupon_holds AS h ON h.order_id = UNHEX(wanted.order_id)
     FOR UPDATE`,
    [sortedIds(orderIds)],
  );
  return new Map(
    rows.map((row) => [
      idFromBytes(row.orderId),
      {
        orderId: idFromBytes(row.orderId),
        memberCouponId: idFromBytes(row.memberCouponId),
        state: row.state,
      },
    ]),
  );
}

export async function insertHolds(tx: Transaction, holds: readonly Hold[]): Promise<void> {
  await insertFresh(
    tx.write(
      `INSERT INTO coupon_holds (order_id, member_coupon_id, state)
       SELECT UNHEX(h.order_id), UNHEX(h.member_coupon_id), h.state
       FROM ${bulkRows('h', { order_id: 'id', member_coupon_id: 'id', state: 'varchar' })}`,
      [
        bulkParameter(
          inLockOrder(holds).map((h) => [hex(h.orderId), hex(h.memberCouponId), h.state]),
        ),
      ],
    ),
  );
}

export async function updateHolds(tx: Transaction, holds: readonly Hold[]): Promise<void> {
  await tx.write(
    `UPDATE ${bulkRows('changed', { order_id: 'id', state: 'varchar' })}
     STRAIGHT_JOIN coupon_holds AS h ON h.order_id = UNHEX(changed.order_id)
     SET h.state = changed.state`,
    [bulkParameter(holds.map((h) => [hex(h.orderId), h.state]))],
  );
}

/** A member's coupon together with what it is worth. */
export type HeldCoupon = {
  id: Id;
  couponId: Id;
  memberId: Id;
  state: MemberCouponState;
  expiresAtMs: number;
  terms: CouponTerms;
};

/** Locks members' coupons, in the order of their ids, and reads the terms of their coupons. */
export async function lockMemberCoupons(
  tx: Transaction,
  ids: readonly Id[],
): Promise<Map<Id, HeldCoupon>> {
  const rows = await tx.select<{
    id: Buffer;
    couponId: Buffer;
    memberId: Buffer;
    state: MemberCouponState;
    expiresAt: Date;
  }>(
    `SELECT m.id, m.coupon_id AS couponId, m.member_id AS memberId, m.state,
            m.expires_at AS expiresAt
     FROM ${bulkRows('wanted', { id: 'id' })}
     STRAIGHT_JOIN coupon_member_coupons AS m ON m.id = UNHEX(wanted.id)
     FOR UPDATE`,
    [sortedIds(ids)],
  );
  const terms = await readTerms(tx, [...new Set(rows.map((row) => idFromBytes(row.couponId)))]);
  return new Map(
    rows.map((row) => {
      const id = idFromBytes(row.id);
      const couponId = idFromBytes(row.couponId);
      const ownTerms = terms.get(couponId);
      if (!ownTerms) throw new Error(`member coupon ${id} belongs to no coupon`);
      return [
        id,
        {
          id,
          couponId,
          memberId: idFromBytes(row.memberId),
          state: row.state,
          expiresAtMs: row.expiresAt.getTime(),
          terms: ownTerms,
        },
      ];
    }),
  );
}

/** Terms are read without a lock: they do not change once a coupon is issued. */
async function readTerms(tx: Transaction, ids: readonly Id[]): Promise<Map<Id, CouponTerms>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.select<CouponTerms & { id: Buffer }>(
    `SELECT c.id, c.kind, c.discount_amount AS discountAmount,
            c.min_order_amount AS minOrderAmount
     FROM ${bulkRows('wanted', { id: 'id' })}
     STRAIGHT_JOIN coupon_coupons AS c ON c.id = UNHEX(wanted.id)`,
    [sortedIds(ids)],
  );
  return new Map(rows.map(({ id, ...terms }) => [idFromBytes(id), terms]));
}

export async function updateMemberCoupons(
  tx: Transaction,
  changed: readonly { id: Id; state: MemberCouponState }[],
): Promise<void> {
  await tx.write(
    `UPDATE ${bulkRows('changed', { id: 'id', state: 'varchar' })}
     STRAIGHT_JOIN coupon_member_coupons AS m ON m.id = UNHEX(changed.id)
     SET m.state = changed.state`,
    [bulkParameter(changed.map((row) => [hex(row.id), row.state]))],
  );
}

/** Moves counters by differences; the last rows that a transaction locks, in the order of ids. */
export async function moveCounters(
  tx: Transaction,
  moves: readonly { couponId: Id; held: number; used: number }[],
): Promise<void> {
  const sorted = moves.toSorted((a, b) => (a.couponId < b.couponId ? -1 : 1));
  await tx.write(
    `UPDATE ${bulkRows('move', { coupon_id: 'id', held: 'bigint', used: 'bigint' })}
     STRAIGHT_JOIN coupon_counters AS c ON c.coupon_id = UNHEX(move.coupon_id)
     SET c.held = c.held + move.held, c.used = c.used + move.used`,
    [bulkParameter(sorted.map((row) => [hex(row.couponId), row.held, row.used]))],
  );
}

function sortedIds(ids: readonly Id[]): string {
  return bulkParameter(ids.toSorted().map((id) => [hex(id)]));
}
