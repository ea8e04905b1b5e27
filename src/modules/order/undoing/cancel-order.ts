import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { notFound } from '../../../platform/errors/problem.ts';
import { invalidInput } from '../../../platform/errors/validation-error.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import type { IdempotencyKey } from '../../../platform/idempotency/idempotency-key.ts';
import { onceByKey } from '../../../platform/idempotency/once-by-key.ts';
import { newId, type Id } from '../../../platform/ids/id.ts';
import { giveBackToCarts } from '../cart/give-back-to-carts.ts';
import { cannotCancel } from '../order.errors.ts';
import type { OrderNews } from '../order-news.ts';
import { dropDeadlines, lockOrder, readLines, updateOrder } from '../order.store.ts';
import { lockPaymentOf } from '../payments/payments.store.ts';
import { leftToGiveBack } from '../payments/refunds.rules.ts';
import { refundThroughProvider } from '../payments/refund-through-provider.ts';
import {
  mayCancel,
  planCancellation,
  taxPartsOfCancellation,
  type WantedLine,
} from './cancellation.rules.ts';
import { addCancelledUnits } from './cancellation.store.ts';
import { recordCancellation } from './record-cancellation.ts';

export type CancelRequest = {
  orderId: Id;
  /** Whose order it must be; undefined for admins. */
  memberId?: Id | undefined;
  /** The units to undo; undefined for everything that is left. */
  lines?: readonly WantedLine[] | undefined;
  reason: string;
  idempotencyKey?: IdempotencyKey | undefined;
  /** What else belongs into the transaction, such as an admin's audit entry. */
  alongside?: (tx: Transaction) => Promise<void>;
};

export type CancelOrder = (request: CancelRequest) => Promise<{ replayed: boolean }>;

/**
 * Undoes an order before it is shipped, as a whole or, once it is paid, single units of it. Money
 * goes back where it came from, points with their expiry, the coupon with the last unit; the others
 * give back what they hold or took when they hear of it. The cart of an order that was not paid yet
 * has its lines again. Throws `not_found`,
 * `order_not_cancellable`, `payment_in_progress`, `validation_failed` for units that are not there,
 * `idempotency_key_reused`.
 */
export function createCancelOrder(parts: {
  database: Database;
  inTransaction: InTransaction;
  clock: Clock;
  news: OrderNews;
}): CancelOrder {
  const { database, inTransaction, clock, news } = parts;

  return async function cancelOrder(request) {
    const { orderId, idempotencyKey } = request;
    const refundId = newId();
    return onceByKey(database, idempotencyKey, orderId, (claimKey) =>
      inTransaction(async (tx) => {
        await claimKey(tx);
        await cancel(tx, request, refundId);
        await request.alongside?.(tx);
        tx.afterCommit(() => news.tellChange(orderId));
      }),
    );
  };

  async function cancel(tx: Transaction, request: CancelRequest, refundId: Id): Promise<void> {
    const { orderId, memberId, reason } = request;
    const order = await lockOrder(tx, orderId, memberId);
    if (!order) throw notFound('There is no such order');
    if (!mayCancel(order.state)) throw cannotCancel(order.state);
    const lines = await readLines(tx, orderId);
    const plan = planCancellation(lines, request.lines, order);
    if ('message' in plan) {
      const path = `/lines/${plan.index}/${plan.message.startsWith('is not') ? 'skuId' : 'quantity'}`;
      throw invalidInput([{ path, message: plan.message }]);
    }
    if (!plan.isWhole && order.paidAt === null) {
      throw cannotCancel(order.state, 'Single lines can be cancelled once the order is paid');
    }

    const cancelledAt = clock.now();
    // Nothing was paid yet: nothing is given back.
    const isPaid = order.paidAt !== null;
    const refundedAmount = isPaid ? plan.refundedAmount : 0;
    const refundedPointsAmount = isPaid ? plan.refundedPointsAmount : 0;
    await updateOrder(tx, order, {
      refundedAmount,
      refundedPointsAmount,
      ...(plan.isWhole ? { state: 'cancelled', cancelledAt, cancelReason: reason } : {}),
    });
    await addCancelledUnits(tx, orderId, plan.now);
    if (!isPaid) {
      await dropDeadlines(tx, [orderId]);
      await giveBackToCarts(tx, [order], cancelledAt, new Map([[orderId, lines]]));
    }

    const amount = refundedAmount - order.refundedAmount;
    recordCancellation(tx, { order, lines, plan, cancelledAt, amount });
    if (order.paymentMethod === 'wallet' || amount === 0) return;
    const payment = await lockPaymentOf(tx, orderId);
    if (!payment) throw new Error(`the order ${orderId} was paid by no payment`);
    // Less where the provider has given some of it back without the shop: its own record says then of
    // which parts what is left consists.
    const left = Math.min(amount, leftToGiveBack(payment));
    if (left <= 0) return;
    const named = taxPartsOfCancellation(lines, plan.now, order.shippingAmount);
    const taxParts = left === amount ? named : null;
    await refundThroughProvider(tx, payment, { refundId, amount: left, taxParts, reason });
  }
}
