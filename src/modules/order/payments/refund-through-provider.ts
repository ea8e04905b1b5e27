import type { Transaction } from '../../../platform/database/transaction.ts';
import { recordEvents } from '../../../platform/events/record-events.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { Krw } from '../../../platform/money/krw.ts';
import { orderRefundDue } from '../order.events.ts';
import { insertRefund, type PaymentRow } from './payments.store.ts';

/**
 * Notes that a provider owes a member money, and has it asked for after the commit. The payment's
 * row must be locked; the database refuses more than was paid.
 * @param refund its id is made outside the transaction: the provider knows a repetition by it
 */
export async function refundThroughProvider(
  tx: Transaction,
  payment: PaymentRow,
  refund: { refundId: Id; amount: Krw; reason: string },
): Promise<void> {
  const { id: paymentId, orderId } = payment;
  const { refundId, amount, reason } = refund;
  await insertRefund(tx, { id: refundId, paymentId, orderId, amount, reason });
  recordEvents(tx, orderRefundDue.of(refundId, 1, { refundId, paymentId, orderId }));
}
