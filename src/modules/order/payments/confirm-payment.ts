import type { Clock } from '../../../platform/clock/clock.ts';
import { followingChange } from '../../../platform/database/following-change.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { notFound } from '../../../platform/errors/problem.ts';
import { invalidInput } from '../../../platform/errors/validation-error.ts';
import { recordEvents } from '../../../platform/events/record-events.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import { newId, type Id } from '../../../platform/ids/id.ts';
import type { Krw } from '../../../platform/money/krw.ts';
import { paymentInProgress, refused } from '../order.errors.ts';
import { orderConfirmationTampered } from '../order.events.ts';
import { failureReasonOf } from '../order.rules.ts';
import { lockOrder, setDeadlines, updateOrder, type OrderRow } from '../order.store.ts';
import type { AskProvider } from './ask-provider.ts';
import {
  paymentAmountMismatch,
  paymentNotExpected,
  paymentNotPrepared,
} from './payments.errors.ts';
import { insertPayment, lockPaymentOf, updatePayment, type PaymentRow } from './payments.store.ts';

/** What the shopper comes back with from the provider's page: Toss' key and amount, or Kakao's token. */
export type Confirmation = {
  paymentKey?: string | undefined;
  amount?: Krw | undefined;
  pgToken?: string | undefined;
};

/** Has an order paid, and resolves when the provider has answered or cannot be made to. */
export type ConfirmPayment = (
  orderId: Id,
  memberId: Id,
  confirmation: Confirmation,
) => Promise<void>;

/** What the first transaction makes of a request. */
type Begun =
  | { kind: 'ask' }
  /** The same confirmation came before: its outcome is the order's state. */
  | { kind: 'repeated' }
  | { kind: 'tampered' };

/**
 * Has a provider take the money for an order. That it is being asked commits before it is asked, so
 * neither expiry nor a cancellation comes in between, and after a crash the sweep asks what became
 * of it. Throws `not_found`, `payment_not_expected`, `payment_in_progress`, `payment_not_prepared`,
 * `payment_amount_mismatch`, `payment_already_used`, `payment_declined`; and OutcomeUnknown when the
 * database is lost once the provider is being asked.
 */
export function createConfirmPayment(parts: {
  inTransaction: InTransaction;
  clock: Clock;
  askProvider: AskProvider;
  /** How long an order waits for a provider whose answer is not known, in milliseconds. */
  confirmTimeoutMs: number;
  /** After which a question that was begun is taken to be lost with its process. */
  firstQuestionMs: number;
}): ConfirmPayment {
  const { inTransaction, clock, askProvider, confirmTimeoutMs, firstQuestionMs } = parts;

  return async function confirmPayment(orderId, memberId, confirmation) {
    const paymentId = newId();
    const begin = async (tx: Transaction): Promise<Begun> => {
      const order = await lockOrder(tx, orderId, memberId);
      if (!order) throw notFound('There is no such order');
      const known = await lockPaymentOf(tx, orderId);
      if (known && isRepetition(known, confirmation)) return { kind: 'repeated' };
      refuseWrongState(order);
      const sentAt = clock.now();
      if (order.dueAt && sentAt >= order.dueAt) {
        throw paymentNotExpected('The time to pay this order is over');
      }
      const { amount } = confirmation;
      if (amount !== undefined && amount !== order.totalAmount) {
        recordTampering(tx, order, amount);
        return { kind: 'tampered' };
      }
      const nextAskAt = new Date(sentAt.getTime() + firstQuestionMs);
      const sent = { state: 'confirming', sentAt, nextAskAt } as const;
      await (order.paymentMethod === 'toss'
        ? beginToss(tx, order, paymentId, confirmation, sent)
        : beginPrepared(tx, known, confirmation, sent));
      await updateOrder(tx, order, { state: 'confirming' });
      const dueAt = new Date(sentAt.getTime() + confirmTimeoutMs);
      await setDeadlines(tx, [{ orderId, dueAt }]);
      return { kind: 'ask' };
    };
    const begun = await inTransaction(begin, { leavesWitness: true });
    if (begun.kind === 'tampered') throw paymentAmountMismatch();
    if (begun.kind === 'ask') await followingChange(() => askProvider.confirm(orderId));
  };
}

/** The payment that this confirmation names is known, and was sent before. */
function isRepetition(payment: PaymentRow, { paymentKey, pgToken }: Confirmation): boolean {
  if (payment.state === 'ready') return false;
  return paymentKey === undefined
    ? pgToken !== undefined && payment.approvalToken === pgToken
    : payment.providerKey === paymentKey;
}

function refuseWrongState(order: OrderRow): void {
  const { state, failureCode } = order;
  if (state === 'payment_due') return;
  if (state === 'confirming') throw paymentInProgress();
  if (failureCode === 'payment_declined') {
    throw refused(failureCode, order.id, { failureReason: failureReasonOf(order) });
  }
  throw paymentNotExpected(`The order is ${state}`, { state });
}

function recordTampering(tx: Transaction, order: OrderRow, claimedAmount: Krw): void {
  const { id: orderId, memberId, totalAmount, version } = order;
  const payload = { orderId, memberId, totalAmount, claimedAmount };
  recordEvents(tx, orderConfirmationTampered.of(orderId, version, payload));
}

type Sent = Pick<PaymentRow, 'sentAt' | 'nextAskAt'> & { state: 'confirming' };

/** With Toss the shopper's page begins the payment: it is first heard of here. */
async function beginToss(
  tx: Transaction,
  { id: orderId, memberId, totalAmount }: OrderRow,
  paymentId: Id,
  { paymentKey, amount }: Confirmation,
  sent: Sent,
): Promise<void> {
  if (paymentKey === undefined || amount === undefined) {
    throw invalidInput([
      { path: paymentKey === undefined ? '/paymentKey' : '/amount', message: 'is needed' },
    ]);
  }
  await insertPayment(tx, {
    id: paymentId,
    orderId,
    memberId,
    provider: 'toss',
    amount: totalAmount,
    providerKey: paymentKey,
    ...sent,
  });
}

/** With Kakao Pay the payment was announced when it became due. */
async function beginPrepared(
  tx: Transaction,
  payment: PaymentRow | undefined,
  { pgToken }: Confirmation,
  sent: Sent,
): Promise<void> {
  if (pgToken === undefined) throw invalidInput([{ path: '/pgToken', message: 'is needed' }]);
  if (!payment) throw paymentNotPrepared();
  await updatePayment(tx, payment.id, { ...sent, approvalToken: pgToken });
}
