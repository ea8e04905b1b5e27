import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { impossible } from '../errors/impossible.ts';
import { vatIn } from '../money/krw.ts';
import {
  VIRTUAL_ACCOUNT_NOT_SUPPORTED,
  type LookedUp,
  type RefundSeen,
} from './payment-gateway.ts';
import type { Left } from './tax-parts.ts';

const amount = () => Type.Integer({ minimum: 0 });
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Optional(Type.Union([schema, Type.Null()]));

/**
 * What is used of Toss' Payment object (https://docs.tosspayments.com/reference#payment-객체). New
 * fields may come at any time; a new status must not be taken for a known one.
 */
const TossPaymentSchema = Type.Object({
  orderId: Type.String(),
  status: Type.Enum([
    'READY',
    'IN_PROGRESS',
    'WAITING_FOR_DEPOSIT',
    'DONE',
    'CANCELED',
    'PARTIAL_CANCELED',
    'ABORTED',
    'EXPIRED',
  ]),
  method: orNull(Type.String()),
  currency: Type.String(),
  /** What was charged; stays when money goes back. */
  totalAmount: amount(),
  /** What can still go back. */
  balanceAmount: amount(),
  /** What of it is free of VAT. */
  taxFreeAmount: orNull(amount()),
  /** Null until money has been taken. */
  approvedAt: orNull(Type.String()),
  failure: orNull(Type.Object({ code: Type.String({ maxLength: 100 }) })),
  cancels: orNull(
    Type.Array(
      Type.Object({
        cancelAmount: amount(),
        cancelReason: Type.String(),
        cancelStatus: Type.Optional(Type.String()),
      }),
    ),
  ),
});

export type TossPayment = Static<typeof TossPaymentSchema>;
export const tossPayment = Compile(TossPaymentSchema);

const VIRTUAL_ACCOUNT = '가상계좌';

/** `waiting_for_deposit`: an account was opened for the shopper; money may come for days. */
export type TossStanding = LookedUp | { found: 'waiting_for_deposit' };

/** What a payment's status means for the order. */
export function standingOf(payment: TossPayment): TossStanding {
  switch (payment.status) {
    case 'READY':
    case 'IN_PROGRESS':
      return { found: 'pending' };
    case 'WAITING_FOR_DEPOSIT':
      return { found: 'waiting_for_deposit' };
    case 'DONE':
    case 'PARTIAL_CANCELED':
      return paid(payment);
    case 'CANCELED':
      // An account that nobody has paid into is cancelled without ever having been paid.
      return (payment.approvedAt ?? null) === null ? declined(payment) : paid(payment);
    case 'ABORTED':
    case 'EXPIRED':
      return declined(payment);
    default:
      return impossible(payment.status);
  }
}

function paid(payment: TossPayment): LookedUp {
  const { totalAmount, balanceAmount } = payment;
  return {
    found: 'paid',
    amount: totalAmount,
    refundedAmount: totalAmount - balanceAmount,
    refunds: refundsIn(payment),
  };
}

function declined({ status, method, failure }: TossPayment): LookedUp {
  const reason = method === VIRTUAL_ACCOUNT ? VIRTUAL_ACCOUNT_NOT_SUPPORTED : status;
  return { found: 'declined', code: failure?.code ?? reason };
}

/** What can still go back. Toss reckons the VAT by itself, from what is not tax-free. */
export function leftOf({ balanceAmount, taxFreeAmount }: TossPayment): Left {
  const taxFree = taxFreeAmount ?? 0;
  const vatAmount = vatIn(balanceAmount - taxFree);
  return { amount: balanceAmount, taxFreeAmount: taxFree, vatAmount };
}

const LONGEST_REASON = 150;

/**
 * The reason that a cancellation is sent with. It ends with the refund's id, which Toss keeps with
 * the payment: that is how a refund is recognised after its idempotency key is forgotten.
 */
export function cancelReasonOf(refundId: string, reason: string): string {
  return `${reason.slice(0, LONGEST_REASON).toWellFormed()} [${refundId}]`;
}

/** Whether the payment's record shows this refund. */
export function hasRefund(payment: TossPayment, refundId: string): boolean {
  return refundsIn(payment).some((refund) => refund.refundId === refundId);
}

const MARK = /\[(?<refundId>[^\]]+)\]$/u;

/** The cancellations that came with a refund's id and are done. */
function refundsIn({ cancels }: TossPayment): RefundSeen[] {
  return (cancels ?? []).flatMap(({ cancelAmount, cancelReason, cancelStatus = 'DONE' }) => {
    const refundId = MARK.exec(cancelReason)?.groups?.refundId;
    return cancelStatus === 'DONE' && refundId !== undefined
      ? [{ refundId, amount: cancelAmount }]
      : [];
  });
}
