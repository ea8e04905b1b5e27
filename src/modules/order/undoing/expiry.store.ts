import {
  bulkParameter,
  bulkRows,
  hex,
  idsInLockOrder,
  sqlMoment,
} from '../../../platform/database/bulk.ts';
import { forUpdateOf, hotStatement } from '../../../platform/database/hot-statements.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { idFromBytes, type Id } from '../../../platform/ids/id.ts';
import type { FailureCode, OrderState } from '../order.rules.ts';

/** Orders whose deadline is over, the longest over first; at most 200. */
export async function readOverdueOrders(database: Database, now: Date): Promise<Id[]> {
  const rows = await database.select<{ orderId: Buffer }>(
    `SELECT order_id AS orderId FROM order_deadlines
     WHERE due_at <= ? ORDER BY due_at LIMIT 200`,
    [sqlMoment(now)],
  );
  return rows.map((row) => idFromBytes(row.orderId));
}

export type ExpirableOrder = {
  id: Id;
  state: OrderState;
  memberCouponId: Id | null;
  cartId: Id | null;
  version: number;
  dueAt: Date | null;
};

const LOCK_EXPIRABLE_ORDERS = hotStatement(`
  SELECT o.id, o.state, o.member_coupon_id AS memberCouponId, o.cart_id AS cartId, o.version,
         d.due_at AS dueAt
  FROM ${bulkRows('wanted', { id: 'id' })}
  STRAIGHT_JOIN order_orders AS o FORCE INDEX (PRIMARY) ON o.id = UNHEX(wanted.id)
  LEFT JOIN order_deadlines AS d ON d.order_id = o.id
  ${forUpdateOf('o', 'd')}`);

/** Locks orders, in the order of their ids, and reads their deadlines. */
export async function lockExpirableOrders(
  tx: Transaction,
  ids: readonly Id[],
): Promise<ExpirableOrder[]> {
  const rows = await tx.select<
    Pick<ExpirableOrder, 'state' | 'version' | 'dueAt'> & {
      id: Buffer;
      memberCouponId: Buffer | null;
      cartId: Buffer | null;
    }
  >(LOCK_EXPIRABLE_ORDERS, [idsInLockOrder(ids)]);
  return rows.map((row) => ({
    ...row,
    id: idFromBytes(row.id),
    memberCouponId: row.memberCouponId && idFromBytes(row.memberCouponId),
    cartId: row.cartId && idFromBytes(row.cartId),
  }));
}

const MARK_EXPIRED = hotStatement(`
  UPDATE ${bulkRows('e', { id: 'id', failure_code: 'varchar' })}
  STRAIGHT_JOIN order_orders AS o FORCE INDEX (PRIMARY) ON o.id = UNHEX(e.id)
  SET o.state = 'expired', o.failure_code = e.failure_code, o.version = o.version + 1`);

/** Ends orders that are locked. */
export async function markExpired(
  tx: Transaction,
  expired: readonly (ExpirableOrder & { failureCode: FailureCode })[],
): Promise<void> {
  await tx.write(MARK_EXPIRED, [
    bulkParameter(expired.map(({ id, failureCode }) => [hex(id), failureCode])),
  ]);
}
