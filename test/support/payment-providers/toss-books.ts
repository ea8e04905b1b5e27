import { leftOf, priceOf, sum, takeMoney, type BookedPayment } from './ledger.ts';
import type { Answer } from './provider-server.ts';

export type TossStatus =
  | 'READY'
  | 'IN_PROGRESS'
  | 'WAITING_FOR_DEPOSIT'
  | 'DONE'
  | 'CANCELED'
  | 'PARTIAL_CANCELED'
  | 'ABORTED'
  | 'EXPIRED';

export type TossBooked = BookedPayment & {
  status: TossStatus;
  /** What the shopper's page told the widget of the amount. */
  taxFreeAmount: number;
  /** What each cancellation took of the tax-free part. */
  taxFreeCancels: number[];
  method: string;
  currency: string;
  requestedAt: string;
  approvedAt: string | null;
  failure: { code: string; message: string } | null;
};

export const VIRTUAL_ACCOUNT = '가상계좌';

export function refused(status: number, code: string): Answer {
  return { status, body: { code, message: `the stand-in refused: ${code}` } };
}

/** Toss' Payment object (https://docs.tosspayments.com/reference#payment-객체), without its null parts. */
export function paymentObject(payment: TossBooked): Record<string, unknown> {
  const isUnpaid = payment.charges.length === 0;
  const balanceAmount =
    isUnpaid && payment.status !== 'CANCELED' ? payment.amount : leftOf(payment);
  const taxFreeLeft = taxFreeLeftOf(payment);
  const vat = Math.round((balanceAmount - taxFreeLeft) / 11);
  return {
    version: '2022-11-16',
    mId: 'tosspayments',
    type: 'NORMAL',
    paymentKey: payment.key,
    orderId: payment.orderId,
    orderName: '새벽 무화과 외 1건',
    status: payment.status,
    method: payment.method,
    currency: payment.currency,
    totalAmount: priceOf(payment),
    balanceAmount,
    suppliedAmount: balanceAmount - taxFreeLeft - vat,
    vat,
    taxFreeAmount: taxFreeLeft,
    taxExemptionAmount: 0,
    requestedAt: payment.requestedAt,
    approvedAt: payment.approvedAt,
    useEscrow: false,
    cultureExpense: false,
    isPartialCancelable: true,
    lastTransactionKey: null,
    country: 'KR',
    card: null,
    virtualAccount:
      payment.method === VIRTUAL_ACCOUNT
        ? { accountNumber: '79019639679511', refundStatus: 'NONE', expired: false }
        : null,
    failure: payment.failure,
    cancels:
      payment.cancels.length === 0
        ? null
        : payment.cancels.map(({ amount, mark }, index) => ({
            cancelAmount: amount,
            cancelReason: mark,
            cancelStatus: 'DONE',
            cancelRequestId: null,
            taxFreeAmount: payment.taxFreeCancels[index] ?? 0,
          })),
  };
}

/** What can still go back of the tax-free part; a cancellation changes it, as it does the balance. */
export function taxFreeLeftOf({ taxFreeAmount, taxFreeCancels }: TossBooked): number {
  return taxFreeAmount - sum(taxFreeCancels);
}

/** Charges an approved payment; of a virtual account it only opens the account. */
export function confirmPayment(
  payment: TossBooked | undefined,
  asked: { orderId: unknown; amount: unknown },
): Answer {
  if (!payment) return refused(404, 'NOT_FOUND_PAYMENT');
  if (payment.status === 'EXPIRED') return refused(404, 'NOT_FOUND_PAYMENT_SESSION');
  if (payment.status !== 'IN_PROGRESS') return refused(400, 'ALREADY_PROCESSED_PAYMENT');
  if (asked.orderId !== payment.orderId || asked.amount !== payment.amount)
    return refused(400, 'INVALID_REQUEST');
  if (payment.method === VIRTUAL_ACCOUNT) {
    payment.status = 'WAITING_FOR_DEPOSIT';
  } else {
    approve(payment);
  }
  return { status: 200, body: paymentObject(payment) };
}

/** Takes the money. */
export function approve(payment: TossBooked): void {
  payment.status = 'DONE';
  payment.approvedAt = new Date().toISOString();
  takeMoney(payment);
}

export function abortPayment(payment: TossBooked | undefined, code: string): Answer {
  if (!payment) return refused(404, 'NOT_FOUND_PAYMENT');
  payment.status = 'ABORTED';
  payment.failure = { code, message: `the stand-in refused: ${code}` };
  return refused(403, code);
}

/** Gives money back, or closes an account that nobody has paid into. */
export function cancelPayment(
  payment: TossBooked | undefined,
  asked: {
    cancelReason: unknown;
    cancelAmount?: unknown;
    taxFreeAmount?: unknown;
    refundableAmount?: unknown;
  },
): Answer {
  if (!payment) return refused(404, 'NOT_FOUND_PAYMENT');
  if (typeof asked.cancelReason !== 'string' || asked.cancelReason.length > 200) {
    return refused(400, 'INVALID_REQUEST');
  }
  if (payment.status === 'CANCELED') return refused(400, 'ALREADY_CANCELED_PAYMENT');
  if (payment.status === 'WAITING_FOR_DEPOSIT') {
    payment.status = 'CANCELED';
    payment.cancels.push({ amount: 0, mark: asked.cancelReason });
    payment.taxFreeCancels.push(0);
    return { status: 200, body: paymentObject(payment) };
  }
  if (payment.status !== 'DONE' && payment.status !== 'PARTIAL_CANCELED') {
    return refused(403, 'NOT_CANCELABLE_PAYMENT');
  }
  const left = leftOf(payment);
  if (asked.refundableAmount !== undefined && asked.refundableAmount !== left) {
    return refused(400, 'NOT_MATCHES_REFUNDABLE_AMOUNT');
  }
  const amount = Number(asked.cancelAmount ?? left);
  if (amount > left) return refused(403, 'NOT_CANCELABLE_AMOUNT');
  // What is left out is 0, and of a whole cancellation all there is.
  const taxFreeLeft = taxFreeLeftOf(payment);
  const taxFree = Number(
    asked.taxFreeAmount ?? (asked.cancelAmount === undefined ? taxFreeLeft : 0),
  );
  const isTaxRight =
    Number.isSafeInteger(taxFree) &&
    taxFree >= 0 &&
    taxFree <= taxFreeLeft &&
    amount - taxFree <= left - taxFreeLeft;
  if (!isTaxRight) return refused(400, 'INVALID_REQUEST');
  payment.cancels.push({ amount, mark: asked.cancelReason });
  payment.taxFreeCancels.push(taxFree);
  payment.status = amount === left ? 'CANCELED' : 'PARTIAL_CANCELED';
  return { status: 200, body: paymentObject(payment) };
}

/** Gives money back as the console does: for a reason that staff have written. */
export function cancelByHand(payment: TossBooked, amount = leftOf(payment)): void {
  const asked = { cancelReason: '고객센터 요청', cancelAmount: amount };
  const { status, body } = cancelPayment(payment, asked);
  if (status !== 200) throw new Error(`the console refused: ${JSON.stringify(body)}`);
}
