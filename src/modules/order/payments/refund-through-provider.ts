import type { Transaction } from '../../../platform/database/transaction.ts';
import { recordEvents } from '../../../platform/events/record-events.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { Krw, TaxParts } from '../../../platform/money/krw.ts';
import { orderRefundDue } from '../order.events.ts';
import { insertRefund, type PaymentRow } from './payments.store.ts';
import { keptTaxParts } from './refund-tax-parts.rules.ts';

/**
 * Notes that a provider owes a member money, and has it asked for after the commit. The payment's
 * row must be locked; the database refuses more than was paid.
 * @param refund its id is made outside the transaction: the provider knows a repetition by it. Its tax
 * parts are null when it is all that was taken, which has the parts that the provider's record tells
 */
export async function refundThroughProvider(
  tx: Transaction,
  payment: PaymentRow,
  refund: { refundId: Id; amount: Krw; taxParts: TaxParts | null; reason: string },
): Promise<void> {
  const { id: paymentId, orderId } = payment;
  const { refundId, amount, taxParts, reason } = refund;
  const due = { amount, ...keptTaxParts(taxParts), reason };
  await insertRefund(tx, { id: refundId, paymentId, orderId, ...due });
  recordEvents(tx, orderRefundDue.of(refundId, 1, { refundId, paymentId, orderId }));
}
