import {
  defineExternalConsumer,
  type ExternalConsumer,
} from '../../../platform/events/consumer.ts';
import { orderRefundDue } from '../order.events.ts';
import type { AskForRefunds } from './ask-for-refunds.ts';

/**
 * Asks for a refund right after the transaction that owes it. When that leads nowhere, the refund's
 * own row tells when it is asked for again: a failure here is no failure of the event.
 */
export function createRefundPayments(askForRefunds: AskForRefunds): ExternalConsumer {
  return defineExternalConsumer({
    name: 'order.refund-payments',
    lane: 'order-refunds',
    on: [orderRefundDue],
    perform: ({ payload: { refundId } }) => askForRefunds.ask(refundId),
  });
}
