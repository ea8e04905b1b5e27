import { and, asc, eq, gt, inArray, lte } from 'drizzle-orm';
import { bulkRows, idsInLockOrder } from '../../../platform/database/bulk.ts';
import { forUpdateOf, hotStatement } from '../../../platform/database/hot-statements.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { idFromBytes, type Id } from '../../../platform/ids/id.ts';
import { memberCoupons } from '../coupon.tables.ts';

/**
 * Members' coupons that expired until `now` and are not booked so. In no order: the index has those
 * that were reminded of apart from the others.
 */
export async function findExpired(database: Database, now: Date, limit: number): Promise<Id[]> {
  const rows = await database.orm
    .select({ id: memberCoupons.id })
    .from(memberCoupons)
    .where(and(inArray(memberCoupons.reminded, [0, 1]), lte(memberCoupons.openUntil, now)))
    .limit(limit);
  return rows.map((row) => row.id);
}

/** Members' coupons that expire in the time given and whose members were not reminded. */
export async function findUnreminded(
  database: Database,
  times: { after: Date; until: Date; issuedUntil: Date },
  limit: number,
): Promise<Id[]> {
  const rows = await database.orm
    .select({ id: memberCoupons.id })
    .from(memberCoupons)
    .where(
      and(
        gt(memberCoupons.openUntil, times.after),
        lte(memberCoupons.openUntil, times.until),
        eq(memberCoupons.reminded, 0),
        lte(memberCoupons.issuedAt, times.issuedUntil),
      ),
    )
    .orderBy(asc(memberCoupons.openUntil))
    .limit(limit);
  return rows.map((row) => row.id);
}

export type OpenCoupon = { id: Id; couponId: Id; memberId: Id; expiresAt: Date };

const LOCK_OPEN_COUPONS = hotStatement(`
  SELECT m.id, m.coupon_id AS couponId, m.member_id AS memberId, m.expires_at AS expiresAt
  FROM ${bulkRows('wanted', { id: 'id' })}
  STRAIGHT_JOIN coupon_member_coupons AS m FORCE INDEX (PRIMARY) ON m.id = UNHEX(wanted.id)
  WHERE m.state = 'issued' AND m.reminded <= ?
  ${forUpdateOf('m')} SKIP LOCKED`);

/**
 * Locks those of these coupons that can still be used and are not yet reminded of (where that is
 * asked for), in the order of ids. Those that someone else has locked are passed over: they are an
 * order's or another instance's, and a later round finds what is left of them.
 */
export async function lockOpenCoupons(
  tx: Transaction,
  ids: readonly Id[],
  which: { unremindedOnly: boolean },
): Promise<OpenCoupon[]> {
  const rows = await tx.select<{ id: Buffer; couponId: Buffer; memberId: Buffer; expiresAt: Date }>(
    LOCK_OPEN_COUPONS,
    [idsInLockOrder(ids), which.unremindedOnly ? 0 : 1],
  );
  return rows.map((row) => ({
    id: idFromBytes(row.id),
    couponId: idFromBytes(row.couponId),
    memberId: idFromBytes(row.memberId),
    expiresAt: row.expiresAt,
  }));
}

const MARK_REMINDED = hotStatement(`
  UPDATE ${bulkRows('done', { id: 'id' })}
  STRAIGHT_JOIN coupon_member_coupons AS m FORCE INDEX (PRIMARY) ON m.id = UNHEX(done.id)
  SET m.reminded = 1`);

export async function markReminded(tx: Transaction, ids: readonly Id[]): Promise<void> {
  await tx.write(MARK_REMINDED, [idsInLockOrder(ids)]);
}
