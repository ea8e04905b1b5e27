import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { PaymentGateways } from '../../../platform/payment-gateway/create-payment-gateways.ts';
import {
  defineExternalConsumer,
  type ExternalConsumer,
} from '../../../platform/events/consumer.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import { newId } from '../../../platform/ids/id.ts';
import { orderPaymentDue } from '../order.events.ts';
import type { OrderNews } from '../order-news.ts';
import { lockOrder } from '../order.store.ts';
import { taxPartsOf } from '../placing/pricing.rules.ts';
import { findOrder } from '../reading/reading.store.ts';
import { findPaymentOf, insertPayment, lockPaymentOf } from './payments.store.ts';

/**
 * Announces payments that are due to the providers that want it so (Kakao Pay), and keeps where the
 * shopper approves them. Repeated after a crash it may announce a payment once more; only the first
 * that is stored counts, and nothing is ever charged for the others. While the provider is away it is
 * asked again, until the time to pay is over.
 */
export function createPreparePayments(parts: {
  database: Database;
  inTransaction: InTransaction;
  clock: Clock;
  gateways: PaymentGateways;
  news: OrderNews;
}): ExternalConsumer {
  const { database, inTransaction, clock, gateways, news } = parts;

  return defineExternalConsumer({
    name: 'order.prepare-payments',
    lane: 'order-payments',
    on: [orderPaymentDue],
    perform: async ({ payload }) => {
      const { orderId, memberId, paymentMethod, totalAmount } = payload;
      // Nobody can pay it any more, whether or not it is marked as expired yet.
      if (clock.now() >= new Date(payload.dueAt)) return;
      const gateway = gateways.get(paymentMethod);
      if (!gateway) throw new Error(`${paymentMethod} is not configured any more`);
      const found = await findOrder(database, orderId);
      if (found?.order.state !== 'payment_due' || (await findPaymentOf(database, orderId))) return;

      const [first, ...others] = found.lines;
      if (!first) throw new Error(`the order ${orderId} has no lines`);
      const prepared = await gateway.prepare({
        orderId,
        memberId,
        orderName: others.length > 0 ? `${first.name} 외 ${others.length}건` : first.name,
        quantity: found.lines.reduce((sum, line) => sum + line.quantity, 0),
        amount: totalAmount,
        taxParts: taxPartsOf(found.lines, found.order.shippingAmount),
      });
      if (!prepared) return;

      const paymentId = newId();
      await inTransaction(async (tx) => {
        const order = await lockOrder(tx, orderId);
        if (order?.state !== 'payment_due' || (await lockPaymentOf(tx, orderId))) return;
        await insertPayment(tx, {
          id: paymentId,
          orderId,
          memberId,
          provider: paymentMethod,
          state: 'ready',
          amount: totalAmount,
          ...prepared,
        });
        const { state, failureCode, dueAt, paidAt, version } = order;
        tx.afterCommit(() =>
          news.tellOutcome(orderId, { state, failureCode, dueAt, paidAt, version }),
        );
      });
    },
  });
}
