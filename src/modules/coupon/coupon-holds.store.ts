import { bulkParameter, bulkRows, hex, idsInLockOrder } from '../../platform/database/bulk.ts';
import { forUpdateOf, hotStatement } from '../../platform/database/hot-statements.ts';
import { insertInto } from '../../platform/database/insert-into.ts';
import { insertFresh } from '../../platform/database/sql-error.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import type { HoldState } from '../../platform/holds/hold-state.ts';
import { idFromBytes, type Id } from '../../platform/ids/id.ts';
import type { CouponTerms } from './coupon.events.ts';
import { couponHolds } from './coupon.tables.ts';
import { termsOf, type TermsRow } from './coupon-terms.ts';
import type { MemberCouponState } from './coupon.rules.ts';

export type Hold = { orderId: Id; memberCouponId: Id; state: HoldState };

const LOCK_HOLDS = hotStatement(`
  SELECT h.order_id AS orderId, h.member_coupon_id AS memberCouponId, h.state
  FROM ${bulkRows('wanted', { order_id: 'id' })}
  STRAIGHT_JOIN coupon_holds AS h FORCE INDEX (PRIMARY) ON h.order_id = UNHEX(wanted.order_id)
  ${forUpdateOf('h')}`);

/** Locks the holds that orders have, in the order of their ids. */
export async function lockHolds(tx: Transaction, orderIds: readonly Id[]): Promise<Map<Id, Hold>> {
  if (orderIds.length === 0) return new Map();
  const rows = await tx.select<{ orderId: Buffer; memberCouponId: Buffer; state: HoldState }>(
    LOCK_HOLDS,
    [idsInLockOrder(orderIds)],
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

const insertHoldRows = insertInto(couponHolds);

export async function insertHolds(tx: Transaction, holds: readonly Hold[]): Promise<void> {
  await insertFresh(insertHoldRows(tx, holds));
}

const UPDATE_HOLDS = hotStatement(`
  UPDATE ${bulkRows('changed', { order_id: 'id', state: 'varchar' })}
  STRAIGHT_JOIN coupon_holds AS h FORCE INDEX (PRIMARY) ON h.order_id = UNHEX(changed.order_id)
  SET h.state = changed.state`);

export async function updateHolds(tx: Transaction, holds: readonly Hold[]): Promise<void> {
  await tx.write(UPDATE_HOLDS, [bulkParameter(holds.map((h) => [hex(h.orderId), h.state]))]);
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

const LOCK_MEMBER_COUPONS = hotStatement(`
  SELECT m.id, m.coupon_id AS couponId, m.member_id AS memberId, m.state,
         m.expires_at AS expiresAt
  FROM ${bulkRows('wanted', { id: 'id' })}
  STRAIGHT_JOIN coupon_member_coupons AS m FORCE INDEX (PRIMARY) ON m.id = UNHEX(wanted.id)
  ${forUpdateOf('m')}`);

/** Locks members' coupons, in the order of their ids, and reads the terms of their coupons. */
export async function lockMemberCoupons(
  tx: Transaction,
  ids: readonly Id[],
): Promise<Map<Id, HeldCoupon>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.select<{
    id: Buffer;
    couponId: Buffer;
    memberId: Buffer;
    state: MemberCouponState;
    expiresAt: Date;
  }>(LOCK_MEMBER_COUPONS, [idsInLockOrder(ids)]);
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

const READ_TERMS = hotStatement(`
  SELECT c.id, c.kind, c.discount_amount AS discountAmount, c.percent,
         c.max_discount_amount AS maxDiscountAmount, c.min_order_amount AS minOrderAmount,
         c.scope, c.scope_ids AS scopeIds
  FROM ${bulkRows('wanted', { id: 'id' })}
  STRAIGHT_JOIN coupon_coupons AS c FORCE INDEX (PRIMARY) ON c.id = UNHEX(wanted.id)`);

/** Terms are read without a lock: they do not change once a coupon is issued. */
async function readTerms(tx: Transaction, ids: readonly Id[]): Promise<Map<Id, CouponTerms>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.select<TermsRow & { id: Buffer }>(READ_TERMS, [idsInLockOrder(ids)]);
  return new Map(rows.map(({ id, ...terms }) => [idFromBytes(id), termsOf(terms)]));
}
