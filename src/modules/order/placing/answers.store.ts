import { groupBy } from '../../../platform/collections/group-by.ts';
import { bulkRows, idsInLockOrder, sqlMoment } from '../../../platform/database/bulk.ts';
import { forUpdateOf, hotStatement } from '../../../platform/database/hot-statements.ts';
import { idList } from '../../../platform/database/id-list.ts';
import { ConcurrentChange } from '../../../platform/database/sql-error.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { idFromBytes, type Id } from '../../../platform/ids/id.ts';
import type { Answer, Answers, FailureCode, OrderState, PaymentMethod } from '../order.rules.ts';
import { dropDeadlines, type OrderRow } from '../order.store.ts';
import { changeBeforeInsert } from './placing.store.ts';

/** What joining the answers needs of an order. */
export type OpenOrder = Readonly<{
  id: Id;
  memberId: Id;
  state: OrderState;
  failureCode: FailureCode | null;
  paymentMethod: PaymentMethod;
  totalAmount: number;
  memberCouponId: Id | null;
  cartId: Id | null;
  flashSaleId: Id | null;
  version: number;
  answers: Answers;
}>;

const LOCK_OPEN_ORDERS = hotStatement(`
  SELECT o.id, o.member_id AS memberId, o.state, o.failure_code AS failureCode,
         o.payment_method AS paymentMethod, o.total_amount AS totalAmount,
         o.member_coupon_id AS memberCouponId,
         o.cart_id AS cartId, o.flash_sale_id AS flashSaleId, o.version,
         o.stock_answer AS stock, o.funds_answer AS funds, o.coupon_answer AS coupon
  FROM ${bulkRows('wanted', { id: 'id' })}
  STRAIGHT_JOIN order_orders AS o FORCE INDEX (PRIMARY) ON o.id = UNHEX(wanted.id)
  ${forUpdateOf('o')}`);

/** Locks orders, in the order of their ids. */
export async function lockOpenOrders(
  tx: Transaction,
  ids: readonly Id[],
): Promise<Map<Id, OpenOrder>> {
  const rows = await tx.select<
    Pick<OrderRow, 'state' | 'failureCode' | 'paymentMethod' | 'totalAmount' | 'version'> &
      Answers & {
        id: Buffer;
        memberId: Buffer;
        memberCouponId: Buffer | null;
        cartId: Buffer | null;
        flashSaleId: Buffer | null;
      }
  >(LOCK_OPEN_ORDERS, [idsInLockOrder(ids)]);
  return new Map(
    rows.map((row) => {
      const id = idFromBytes(row.id);
      const { stock, funds, coupon, ...rest } = row;
      const memberId = idFromBytes(row.memberId);
      const memberCouponId = row.memberCouponId && idFromBytes(row.memberCouponId);
      const cartId = row.cartId && idFromBytes(row.cartId);
      const flashSaleId = row.flashSaleId && idFromBytes(row.flashSaleId);
      const answers = { stock, funds, coupon };
      return [id, { ...rest, id, memberId, memberCouponId, cartId, flashSaleId, answers }];
    }),
  );
}

/** What is written of an order that was answered. */
export type AnsweredRow = {
  order: OpenOrder;
  failureCode: FailureCode | null;
  dueAt: Date | null;
  paidAt: Date | null;
};

/**
 * Writes answers, and the state that follows from them. Most orders of a batch become the same: those
 * share a statement.
 * @param placed what orders were that are not locked; throws ConcurrentChange when one has moved on
 */
export async function updateAnswered(
  tx: Transaction,
  changed: readonly AnsweredRow[],
  placed?: ReadonlyMap<Id, OpenOrder>,
): Promise<void> {
  const stored = changed.filter((row) => !changeBeforeInsert(tx, row.order.id, columnsOf(row)));
  const alike = groupBy(stored, ({ order, failureCode, dueAt, paidAt }) =>
    [
      order.state,
      order.version,
      ...answersOf(order),
      failureCode,
      dueAt?.getTime(),
      paidAt?.getTime(),
      ...answersOf(placed?.get(order.id)),
    ].join(' '),
  );
  await Promise.all([
    ...[...alike.values()].map((rows) => updateAlike(tx, rows, placed)),
    dropDeadlinesOfEnded(tx, stored),
  ]);
}

/** Those whose payment is due get another deadline; the rest wait for nothing any more. */
async function dropDeadlinesOfEnded(tx: Transaction, stored: readonly AnsweredRow[]) {
  const ended = stored.filter(
    ({ order }) => order.state !== 'placed' && order.state !== 'payment_due',
  );
  if (ended.length === 0) return;
  await dropDeadlines(
    tx,
    ended.map(({ order }) => order.id),
  );
}

/** What changes of the order's row. */
function columnsOf({ order, failureCode, dueAt, paidAt }: AnsweredRow): Partial<OrderRow> {
  const { state, version, answers } = order;
  return {
    state,
    version,
    failureCode,
    dueAt,
    paidAt,
    stockAnswer: answers.stock,
    fundsAnswer: answers.funds,
    couponAnswer: answers.coupon,
  };
}

function answersOf(order: OpenOrder | undefined): Answer[] {
  return order ? [order.answers.stock, order.answers.funds, order.answers.coupon] : [];
}

async function updateAlike(
  tx: Transaction,
  rows: readonly AnsweredRow[],
  placed: ReadonlyMap<Id, OpenOrder> | undefined,
): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const { order, failureCode, dueAt, paidAt } = first;
  const before = placed?.get(order.id);
  const asPlaced = before ? placedCondition(before) : { sql: '', values: [] };
  const ids = idList(rows.map((row) => row.order.id));
  const matched = await tx.write(
    `UPDATE order_orders FORCE INDEX (PRIMARY)
     SET state = ?, failure_code = ?, stock_answer = ?, funds_answer = ?, coupon_answer = ?,
         version = ?, due_at = ?, paid_at = ?
     WHERE id IN ${ids.sql}${asPlaced.sql}`,
    [
      order.state,
      failureCode,
      ...answersOf(order),
      order.version,
      dueAt && sqlMoment(dueAt),
      paidAt && sqlMoment(paidAt),
      ...ids.values,
      ...asPlaced.values,
    ],
  );
  if (matched !== rows.length) {
    throw new ConcurrentChange('an order that was taken to be as it was placed has moved on');
  }
}

function placedCondition(order: OpenOrder) {
  return {
    sql: ` AND state = ? AND version = ?
           AND stock_answer = ? AND funds_answer = ? AND coupon_answer = ?`,
    values: [order.state, order.version, ...answersOf(order)],
  };
}
