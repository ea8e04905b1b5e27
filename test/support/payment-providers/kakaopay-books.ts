import { leftOf, priceOf, sum, takeMoney, type BookedPayment } from './ledger.ts';
import type { Answer } from './provider-server.ts';

export type KakaopayStatus =
  | 'READY'
  | 'AUTH_PASSWORD'
  | 'SUCCESS_PAYMENT'
  | 'PART_CANCEL_PAYMENT'
  | 'CANCEL_PAYMENT'
  | 'QUIT_PAYMENT'
  | 'FAIL_PAYMENT';

export type KakaopayBooked = BookedPayment & {
  status: KakaopayStatus;
  memberId: string;
  taxFreeAmount: number;
  vatAmount: number;
  /** What each cancellation took of the tax-free part, and of the VAT. */
  taxFreeCancels: number[];
  vatCancels: number[];
  /** What the shopper's approval came with; null until then. */
  pgToken: string | null;
  isExpired: boolean;
  createdAt: string;
  approvedAt: string | null;
};

type Body = Record<string, unknown>;

/** Codes: https://developers.kakaopay.com/docs/getting-started/api-common-guide/error-code */
export function refused(code: number, reason?: string): Answer {
  const extras =
    reason === undefined ? null : { method_result_code: reason, method_result_message: reason };
  const message = `the stand-in refused: ${code}`;
  return { status: 400, body: { error_code: code, error_message: message, extras } };
}

const NOT_AUTHENTICATED = -701;
const APPROVED_BEFORE = -702;
const OTHER_AMOUNT = -704;
const OTHER_ORDER = -706;
const OTHER_MEMBER = -707;
const WRONG_PG_TOKEN = -708;
const MORE_THAN_LEFT = -710;
const NO_SUCH_PAYMENT = -721;
export const WRONG_AMOUNTS = -722;
const APPROVED_TOO_LATE = -723;
const APPROVAL_FAILED = -780;
const NOT_CANCELLABLE = -784;

/** What Kakao Pay takes the VAT to be where nothing is said of it. */
const reckonedVat = (total: number, taxFree: number) => Math.round((total - taxFree) / 11);

/** The VAT that was told, or is reckoned; undefined where the parts are not ones of the amount. */
export function vatOf(total: number, taxFree: number, told: unknown): number | undefined {
  const vat = told === undefined ? reckonedVat(total, taxFree) : Number(told);
  const parts = [total, taxFree, vat];
  const areWhole = parts.every((part) => Number.isSafeInteger(part) && part >= 0);
  return areWhole && taxFree + vat <= total ? vat : undefined;
}

function amountOf(total: number, taxFree: number, vat: number): Body {
  return { total, tax_free: taxFree, vat, point: 0, discount: 0, green_deposit: 0 };
}

function facts(payment: KakaopayBooked): Body {
  return {
    cid: 'TC0ONETIME',
    tid: payment.key,
    partner_order_id: payment.orderId,
    partner_user_id: payment.memberId,
    payment_method_type: 'MONEY',
    item_name: '새벽 무화과 외 1건',
    quantity: 1,
    amount: amountOf(priceOf(payment), payment.taxFreeAmount, payment.vatAmount),
    created_at: payment.createdAt,
    approved_at: payment.approvedAt,
  };
}

/** The mark of what was given back at the console, which comes with no payload. */
const BY_HAND = '';

/** The payment's record (https://developers.kakaopay.com/docs/payment/online/payment-detail). */
export function orderObject(payment: KakaopayBooked): Body {
  const cancelled = sum(payment.cancels.map(({ amount }) => amount));
  const left = partsLeft(payment);
  return {
    ...facts(payment),
    status: payment.status,
    canceled_amount: amountOf(cancelled, sum(payment.taxFreeCancels), sum(payment.vatCancels)),
    cancel_available_amount: amountOf(leftOf(payment), left.taxFree, left.vat),
    payment_action_details: [
      ...payment.charges.map((amount) => ({ payment_action_type: 'PAYMENT', amount })),
      ...payment.cancels.map(({ amount, mark }) => ({
        payment_action_type: 'CANCEL',
        amount,
        payload: mark === BY_HAND ? null : mark,
      })),
    ],
  };
}

/** What can still go back of the tax-free part and of the VAT. */
export function partsLeft(payment: KakaopayBooked): { taxFree: number; vat: number } {
  if (payment.charges.length === 0) return { taxFree: 0, vat: 0 };
  return {
    taxFree: payment.taxFreeAmount - sum(payment.taxFreeCancels),
    vat: payment.vatAmount - sum(payment.vatCancels),
  };
}

export function showPayment(payment: KakaopayBooked | undefined): Answer {
  return payment ? { status: 200, body: orderObject(payment) } : refused(NO_SUCH_PAYMENT);
}

/** Charges what the shopper approved. */
export function approvePayment(payment: KakaopayBooked | undefined, asked: Body): Answer {
  if (!payment) return refused(NO_SUCH_PAYMENT);
  if (payment.charges.length > 0) return refused(APPROVED_BEFORE);
  if (payment.isExpired) return refused(APPROVED_TOO_LATE);
  if (asked.partner_order_id !== payment.orderId) return refused(OTHER_ORDER);
  if (asked.partner_user_id !== payment.memberId) return refused(OTHER_MEMBER);
  if (payment.status !== 'AUTH_PASSWORD') return refused(NOT_AUTHENTICATED);
  if (asked.pg_token !== payment.pgToken) return refused(WRONG_PG_TOKEN);
  if ((asked.total_amount ?? payment.amount) !== payment.amount) return refused(OTHER_AMOUNT);
  payment.status = 'SUCCESS_PAYMENT';
  payment.approvedAt = new Date().toISOString().slice(0, 19);
  takeMoney(payment);
  const total = priceOf(payment);
  if (total !== payment.amount) payment.vatAmount = reckonedVat(total, payment.taxFreeAmount);
  return { status: 200, body: { aid: `A${payment.key.slice(1)}`, ...facts(payment) } };
}

export function failPayment(payment: KakaopayBooked | undefined, reason: string): Answer {
  if (!payment) return refused(NO_SUCH_PAYMENT);
  payment.status = 'FAIL_PAYMENT';
  return refused(APPROVAL_FAILED, reason);
}

/** Gives money back, if what is left is what the shop believes. */
export function cancelPayment(payment: KakaopayBooked | undefined, asked: Body): Answer {
  if (!payment) return refused(NO_SUCH_PAYMENT);
  const left = leftOf(payment);
  if (payment.charges.length === 0 || left === 0) return refused(NOT_CANCELLABLE);
  const amount = Number(asked.cancel_amount);
  const taxFree = Number(asked.cancel_tax_free_amount);
  if ((asked.cancel_available_amount ?? left) !== left) return refused(WRONG_AMOUNTS);
  if (!(amount > 0) || amount > left) return refused(MORE_THAN_LEFT);
  const vat = vatOf(amount, taxFree, asked.cancel_vat_amount);
  const parts = partsLeft(payment);
  const isTaxRight =
    vat !== undefined &&
    vat <= parts.vat &&
    taxFree <= parts.taxFree &&
    amount - taxFree <= left - parts.taxFree;
  if (!isTaxRight) return refused(WRONG_AMOUNTS);
  payment.cancels.push({ amount, mark: String(asked.payload) });
  payment.taxFreeCancels.push(taxFree);
  payment.vatCancels.push(vat);
  payment.status = amount === left ? 'CANCEL_PAYMENT' : 'PART_CANCEL_PAYMENT';
  return { status: 200, body: orderObject(payment) };
}

/** Gives money back as the console does: without a payload, what is taxed first. */
export function cancelByHand(payment: KakaopayBooked, amount = leftOf(payment)): void {
  const taxFreeLeft = payment.taxFreeAmount - sum(payment.taxFreeCancels);
  const taxFree = Math.max(0, amount - (leftOf(payment) - taxFreeLeft));
  const asked = {
    cancel_amount: amount,
    cancel_tax_free_amount: taxFree,
    // The rest has the rest of the VAT, however the parts before were rounded.
    ...(amount === leftOf(payment) && { cancel_vat_amount: partsLeft(payment).vat }),
    payload: BY_HAND,
  };
  const { status, body } = cancelPayment(payment, asked);
  if (status !== 200) throw new Error(`the console refused: ${JSON.stringify(body)}`);
}
