import { OneAtATime } from '../../../platform/batching/one-at-a-time.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { PaymentGateways } from '../../../platform/payment-gateway/create-payment-gateways.ts';
import {
  defineExternalConsumer,
  type ExternalConsumer,
} from '../../../platform/events/consumer.ts';
import { orderRefundDue } from '../order.events.ts';
import { findRefund, markRefunded } from './payments.store.ts';
import { taxPartsOfRefund } from './refund-tax-parts.rules.ts';

/**
 * Has providers give money back. The refund's id is its key at the provider, so that a repetition
 * after a crash or a time-out gives nothing back twice. One that keeps failing becomes a dead letter,
 * for an admin to look at and replay.
 */
export function createRefundPayments(parts: {
  database: Database;
  clock: Clock;
  gateways: PaymentGateways;
}): ExternalConsumer {
  const { database, clock, gateways } = parts;
  // Refunds of one payment at once would each go by the same rest, and all but one be refused.
  const payments = new OneAtATime();

  return defineExternalConsumer({
    name: 'order.refund-payments',
    lane: 'order-refunds',
    on: [orderRefundDue],
    perform: ({ payload: { refundId, paymentId } }) =>
      payments.run(paymentId, () => refund(refundId)),
  });

  async function refund(refundId: Id): Promise<void> {
    const found = await findRefund(database, refundId);
    if (!found) throw new Error(`the refund ${refundId} is not there`);
    const { refund: due, payment } = found;
    if (due.state === 'done') return;
    const gateway = gateways.get(payment.provider);
    if (!gateway) throw new Error(`${payment.provider} is not configured any more`);
    const { amount, reason } = due;
    const { providerKey } = payment;
    const taxParts = taxPartsOfRefund(due);
    await gateway.refund({ providerKey, refundId, amount, taxParts, reason });
    await markRefunded(database, refundId, clock.now());
  }
}
