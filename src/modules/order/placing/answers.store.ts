import {
  bulkParameter,
  bulkRows,
  hex,
  idsInLockOrder,
  sqlMoment,
} from '../../../platform/database/bulk.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { idFromBytes, type Id } from '../../../platform/ids/id.ts';
import type { Answers, FailureCode, OrderState, PaymentMethod } from '../order.rules.ts';
import type { OrderRow } from '../order.store.ts';

/** What joining the answers needs of an order. */
export type OpenOrder = {
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
};

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
  >(
    `SELECT o.id, o.member_id AS memberId, o.state, o.failure_code AS failureCode,
            o.payment_method AS paymentMethod, o.total_amount AS totalAmount,
            o.member_coupon_id AS memberCouponId,
            o.cart_id AS cartId, o.flash_sale_id AS flashSaleId, o.version,
            o.stock_answer AS stock, o.funds_answer AS funds, o.coupon_answer AS coupon
     FROM ${bulkRows('wanted', { id: 'id' })}
     STRAIGHT_JOIN order_orders AS o FORCE INDEX (PRIMARY) ON o.id = UNHEX(wanted.id)
     FOR UPDATE`,
    [idsInLockOrder(ids)],
  );
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

/** Writes answers, and the state that follows from them, of orders that are locked. */
export async function updateAnswered(
  tx: Transaction,
  changed: readonly {
    order: OpenOrder;
    failureCode: FailureCode | null;
    dueAt: Date | null;
    paidAt: Date | null;
  }[],
): Promise<void> {
  await tx.write(
    `UPDATE ${bulkRows('c', {
      id: 'id',
      state: 'varchar',
      failure_code: 'varchar',
      stock: 'varchar',
      funds: 'varchar',
      coupon: 'varchar',
      version: 'bigint',
      due_at: 'moment',
      paid_at: 'moment',
    })}
     STRAIGHT_JOIN order_orders AS o FORCE INDEX (PRIMARY) ON o.id = UNHEX(c.id)
     SET o.state = c.state, o.failure_code = c.failure_code, o.stock_answer = c.stock,
         o.funds_answer = c.funds, o.coupon_answer = c.coupon, o.version = c.version,
         o.due_at = c.due_at, o.paid_at = c.paid_at`,
    [
      bulkParameter(
        changed.map(({ order, failureCode, dueAt, paidAt }) => [
          hex(order.id),
          order.state,
          failureCode,
          order.answers.stock,
          order.answers.funds,
          order.answers.coupon,
          order.version,
          dueAt && sqlMoment(dueAt),
          paidAt && sqlMoment(paidAt),
        ]),
      ),
    ],
  );
}
