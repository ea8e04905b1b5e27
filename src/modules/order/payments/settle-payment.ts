import { isoMoment } from '../../../platform/clock/iso-moment.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { recordEvents } from '../../../platform/events/record-events.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import { newId, type Id } from '../../../platform/ids/id.ts';
import { giveBackToCarts } from '../cart/give-back-to-carts.ts';
import type { Krw } from '../../../platform/money/krw.ts';
import { orderFailed, orderPaid } from '../order.events.ts';
import type { OrderNews } from '../order-news.ts';
import {
  dropDeadlines,
  lockOrder,
  readEventLines,
  updateOrder,
  type OrderRow,
} from '../order.store.ts';
import { recordGivenBack } from './note-given-back.ts';
import {
  isFinal,
  mayStillBePaid,
  nextComparison,
  paysFor,
  type Verdict,
} from './payments.rules.ts';
import { lockPaymentOf, updatePayment, type PaymentRow } from './payments.store.ts';
import { refundThroughProvider } from './refund-through-provider.ts';

export type SettlePayment = (orderId: Id, verdict: Verdict) => Promise<void>;

/**
 * Makes the provider's final answer the order's, once: whoever brings it first (the confirmation, a
 * webhook, a sweep) moves the state, and the others find it done. Money that was taken for an order
 * that is dead by now goes back, and so does money that is not exactly what the order costs. What the
 * provider has given back already counts as not taken.
 */
export function createSettlePayment(parts: {
  inTransaction: InTransaction;
  clock: Clock;
  news: OrderNews;
}): SettlePayment {
  const { inTransaction, clock, news } = parts;

  return async function settlePayment(orderId, verdict) {
    const [givenBackId, refundId] = [newId(), newId()];
    await inTransaction(async (tx) => {
      const order = await lockOrder(tx, orderId);
      const payment = await lockPaymentOf(tx, orderId);
      if (!order || !payment) throw new Error(`the order ${orderId} has no payment to settle`);
      if (isFinal(payment.state)) return;

      const isOpen = mayStillBePaid(order.state);
      if (verdict.kind === 'paid') {
        const { amount, refundedAmount } = verdict;
        const now = clock.now();
        await updatePayment(tx, payment.id, {
          state: 'paid',
          amount,
          nextAskAt: null,
          nextComparisonAt: nextComparison(payment.createdAt.getTime(), now.getTime()),
        });
        // The shop has asked for no refund yet: what went back went back without it.
        if (refundedAmount > 0) {
          const givenBack = { refundedAmount, refunds: [] };
          const record = { recordId: givenBackId, now };
          await recordGivenBack(tx, { ...payment, amount }, givenBack, record);
        }
        const isRight = paysFor(payment.amount, verdict);
        if (isOpen && isRight) await pay(tx, order, now);
        else await giveBack(tx, order, payment, { refundId, amount: amount - refundedAmount });
        if (isOpen && !isRight) await decline(tx, order, now);
      } else {
        const { code } = verdict;
        await updatePayment(tx, payment.id, {
          state: 'declined',
          declineCode: code.slice(0, 100),
          nextAskAt: null,
        });
        if (isOpen) await decline(tx, order, clock.now());
      }
      tx.afterCommit(() => news.tellChange(orderId));
    });
  };
}

async function pay(tx: Transaction, order: OrderRow, paidAt: Date): Promise<void> {
  const { id: orderId, memberId, totalAmount, memberCouponId, version } = order;
  await updateOrder(tx, order, { state: 'paid', paidAt });
  await dropDeadlines(tx, [orderId]);
  const lines = (await readEventLines(tx, [orderId])).get(orderId) ?? [];
  recordEvents(
    tx,
    orderPaid.of(orderId, version + 1, {
      orderId,
      memberId,
      paidAt: isoMoment(paidAt),
      totalAmount,
      memberCouponId,
      lines,
    }),
  );
}

async function decline(tx: Transaction, order: OrderRow, now: Date): Promise<void> {
  const { id: orderId, memberCouponId, version } = order;
  const failureCode = 'payment_declined';
  await updateOrder(tx, order, { state: 'failed', failureCode });
  await dropDeadlines(tx, [orderId]);
  await giveBackToCarts(tx, [order], now);
  recordEvents(tx, orderFailed.of(orderId, version + 1, { orderId, failureCode, memberCouponId }));
}

async function giveBack(
  tx: Transaction,
  order: OrderRow,
  payment: PaymentRow,
  { refundId, amount }: { refundId: Id; amount: Krw },
): Promise<void> {
  if (amount === 0) return;
  const reason = mayStillBePaid(order.state)
    ? 'another amount was charged than the order costs'
    : 'the order had ended before its payment came';
  const taxParts = null;
  await refundThroughProvider(tx, payment, { refundId, amount, taxParts, reason });
}
