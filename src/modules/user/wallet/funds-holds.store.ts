import { groupBy } from '../../../platform/collections/group-by.ts';
import { idList } from '../../../platform/database/id-list.ts';
import { bulkRows, idsInLockOrder } from '../../../platform/database/bulk.ts';
import { forUpdateOf, hotStatement } from '../../../platform/database/hot-statements.ts';
import { insertInto } from '../../../platform/database/insert-into.ts';
import { insertFresh } from '../../../platform/database/sql-error.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import type { HoldState } from '../../../platform/holds/hold-state.ts';
import { idFromBytes, type Id } from '../../../platform/ids/id.ts';
import type { Krw } from '../../../platform/money/krw.ts';
import { sumOf, type PointShare } from '../points/points.rules.ts';
import { fundsHolds } from '../user.tables.ts';
import type { FundsHold } from './order-funds.ts';

const LOCK_HOLDS = hotStatement(`
  SELECT h.order_id AS orderId, h.member_id AS memberId, h.paid_amount AS paidAmount,
         h.free_amount AS freeAmount, h.point_lots AS pointLots,
         h.refunded_amount AS refundedAmount,
         h.refunded_points_amount AS refundedPointsAmount, h.state
  FROM ${bulkRows('wanted', { order_id: 'id' })}
  STRAIGHT_JOIN user_funds_holds AS h FORCE INDEX (PRIMARY) ON h.order_id = UNHEX(wanted.order_id)
  ${forUpdateOf('h')}`);

/** Locks the holds that orders have, in the order of their ids. */
export async function lockHolds(
  tx: Transaction,
  orderIds: readonly Id[],
): Promise<Map<Id, FundsHold>> {
  if (orderIds.length === 0) return new Map();
  const rows = await tx.select<{
    orderId: Buffer;
    memberId: Buffer | null;
    paidAmount: Krw;
    freeAmount: Krw;
    pointLots: string | null;
    refundedAmount: Krw;
    refundedPointsAmount: Krw;
    state: HoldState;
  }>(LOCK_HOLDS, [idsInLockOrder(orderIds)]);
  return new Map(
    rows.map(({ pointLots, ...row }) => {
      const orderId = idFromBytes(row.orderId);
      const memberId = row.memberId === null ? null : idFromBytes(row.memberId);
      return [orderId, { ...row, orderId, memberId, points: sharesFrom(pointLots) }];
    }),
  );
}

const insertHoldRows = insertInto(fundsHolds);

export async function insertHolds(tx: Transaction, holds: readonly FundsHold[]): Promise<void> {
  const rows = holds.map(({ points, ...hold }) => ({
    ...hold,
    pointsAmount: sumOf(points),
    pointLots: textOf(points),
  }));
  await insertFresh(insertHoldRows(tx, rows));
}

/** Moves holds on; what was set aside stays in the row, as a memory of it. */
export async function updateHolds(tx: Transaction, holds: readonly FundsHold[]): Promise<void> {
  const alike = groupBy(
    holds,
    (hold) => `${hold.state} ${hold.refundedAmount} ${hold.refundedPointsAmount}`,
  );
  await Promise.all([...alike.values()].map((group) => updateAlike(tx, group)));
}

async function updateAlike(tx: Transaction, holds: readonly FundsHold[]): Promise<void> {
  const [first] = holds;
  if (!first) return;
  const ids = idList(holds.map((hold) => hold.orderId));
  await tx.write(
    `UPDATE user_funds_holds FORCE INDEX (PRIMARY)
     SET refunded_amount = ?, refunded_points_amount = ?, state = ?
     WHERE order_id IN ${ids.sql}`,
    [first.refundedAmount, first.refundedPointsAmount, first.state, ...ids.values],
  );
}

/** Lots as a hold's row keeps them: [[lotId, amount], …], or nothing. */
type StoredShares = [lotId: Id, amount: Krw][];

function sharesFrom(text: string | null): PointShare[] {
  if (text === null) return [];
  return (JSON.parse(text) as StoredShares).map(([lotId, amount]) => ({ lotId, amount }));
}

function textOf(shares: readonly PointShare[]): string | null {
  if (shares.length === 0) return null;
  const stored: StoredShares = shares.map(({ lotId, amount }) => [lotId, amount]);
  return JSON.stringify(stored);
}
