import type { Clock } from '../../../platform/clock/clock.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import { newId, type Id } from '../../../platform/ids/id.ts';
import type { Logger } from '../../../platform/logging/logger.ts';
import type { Taken } from '../../../platform/payment-gateway/payment-gateway.ts';
import type { OrderNews } from '../order-news.ts';
import { lockPaymentOf, type PaymentRow } from './payments.store.ts';
import { unbookedOf, type Unbooked } from './refunds.rules.ts';
import { bookGivenBack, readRefundsOf } from './refunds.store.ts';

/** Notes what a provider has given back of a paid payment without the shop, if it is news. */
export type NoteGivenBack = (orderId: Id, taken: Taken) => Promise<void>;

const REASON = 'given back at the provider, not by the shop';

/**
 * Brings the shop's books of a payment in line with its provider's. Only what went back without the
 * shop is added, once: refunds of the shop's own are told apart by their ids.
 */
export function createNoteGivenBack(parts: {
  inTransaction: InTransaction;
  clock: Clock;
  news: OrderNews;
  log: Logger;
}): NoteGivenBack {
  const { inTransaction, clock, news, log } = parts;

  return async function noteGivenBack(orderId, taken) {
    const recordId = newId();
    const noted = await inTransaction(async (tx) => {
      const payment = await lockPaymentOf(tx, orderId);
      if (payment?.state !== 'paid') return undefined;
      const unbooked = await recordGivenBack(tx, payment, taken, { recordId, now: clock.now() });
      if (unbooked) tx.afterCommit(() => news.tellChange(orderId));
      return unbooked;
    });
    if (!noted) return;
    const { recordedAmount, covered, shrunk, excessAmount } = noted;
    const about = { orderId, recordedAmount, covered, shrunk, excessAmount };
    if (excessAmount > 0) log.error(about, 'more was given back than a payment had taken');
    else log.warn(about, 'a provider gave money back without the shop');
  };
}

/**
 * Does so in a transaction that has locked the payment. Returns what was added, or undefined when
 * the books agree.
 * @param record.recordId of the new refund record, made outside the transaction
 */
export async function recordGivenBack(
  tx: Transaction,
  payment: PaymentRow,
  taken: Pick<Taken, 'refundedAmount' | 'refunds'>,
  { recordId, now }: { recordId: Id; now: Date },
): Promise<Unbooked | undefined> {
  const unbooked = unbookedOf(payment, await readRefundsOf(tx, payment.id), taken);
  const { covered, shrunk, recordedAmount, excessAmount } = unbooked;
  const isNews = covered.length > 0 || shrunk.length > 0 || recordedAmount > 0;
  if (!isNews) return excessAmount > 0 ? unbooked : undefined;
  const { id: paymentId, orderId } = payment;
  await bookGivenBack(tx, { paymentId, orderId }, unbooked, { recordId, reason: REASON, now });
  return unbooked;
}
