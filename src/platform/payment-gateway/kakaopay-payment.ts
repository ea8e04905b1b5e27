import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { impossible } from '../errors/impossible.ts';
import { vatIn } from '../money/krw.ts';
import type { LookedUp, RefundSeen } from './payment-gateway.ts';
import type { Left } from './tax-parts.ts';

const Amount = Type.Object({
  total: Type.Integer({ minimum: 0 }),
  tax_free: Type.Optional(Type.Integer({ minimum: 0 })),
  vat: Type.Optional(Type.Integer({ minimum: 0 })),
});

/** It is handed to a browser. */
const webAddress = () => Type.String({ pattern: '^https?://', maxLength: 1000 });

/** What is used of the answers (https://developers.kakaopay.com/docs/payment/online/single-payment). */
export const kakaoReady = Compile(
  Type.Object({
    tid: Type.String({ minLength: 1, maxLength: 200 }),
    next_redirect_pc_url: webAddress(),
  }),
);

const KakaoApprovedSchema = Type.Object({ partner_order_id: Type.String(), amount: Amount });

export type KakaoApproved = Static<typeof KakaoApprovedSchema>;
export const kakaoApproved = Compile(KakaoApprovedSchema);

/** https://developers.kakaopay.com/docs/payment/online/cancellation */
export const kakaoCancelled = Compile(
  Type.Object({ status: Type.Enum(['CANCEL_PAYMENT', 'PART_CANCEL_PAYMENT']) }),
);

/**
 * What is used of a payment's record (https://developers.kakaopay.com/docs/payment/online/payment-detail).
 * Amounts are there from the approval on.
 */
const KakaoPaymentSchema = Type.Object({
  partner_order_id: Type.String(),
  status: Type.Enum([
    'READY',
    'SEND_TMS',
    'OPEN_PAYMENT',
    'SELECT_METHOD',
    'ARS_WAITING',
    'AUTH_PASSWORD',
    'ISSUED_SID',
    'SUCCESS_PAYMENT',
    'PART_CANCEL_PAYMENT',
    'CANCEL_PAYMENT',
    'FAIL_AUTH_PASSWORD',
    'QUIT_PAYMENT',
    'FAIL_PAYMENT',
  ]),
  amount: Type.Optional(Amount),
  canceled_amount: Type.Optional(Amount),
  cancel_available_amount: Type.Optional(Amount),
  payment_action_details: Type.Optional(
    Type.Array(
      Type.Object({
        payment_action_type: Type.String(),
        amount: Type.Integer({ minimum: 0 }),
        payload: Type.Optional(Type.Union([Type.String(), Type.Null()])),
      }),
    ),
  ),
});

export type KakaoPayment = Static<typeof KakaoPaymentSchema>;
export const kakaoPayment = Compile(KakaoPaymentSchema);

/** `amount_missing`: paid, by an answer that does not say how much. */
export type KakaoStanding = LookedUp | { found: 'amount_missing' };

/** What a payment's status means for the order. */
export function standingOf(payment: KakaoPayment): KakaoStanding {
  const { status } = payment;
  switch (status) {
    case 'READY':
    case 'SEND_TMS':
    case 'OPEN_PAYMENT':
    case 'SELECT_METHOD':
    case 'ARS_WAITING':
    case 'AUTH_PASSWORD':
    case 'ISSUED_SID':
      return { found: 'pending' };
    case 'SUCCESS_PAYMENT':
    case 'PART_CANCEL_PAYMENT':
    case 'CANCEL_PAYMENT':
      return paid(payment);
    case 'FAIL_AUTH_PASSWORD':
    case 'QUIT_PAYMENT':
    case 'FAIL_PAYMENT':
      return { found: 'declined', code: status };
    default:
      return impossible(status);
  }
}

function paid(payment: KakaoPayment): KakaoStanding {
  const { amount, canceled_amount: canceled } = payment;
  if (!amount) return { found: 'amount_missing' };
  const refunds = refundsIn(payment);
  return { found: 'paid', amount: amount.total, refundedAmount: canceled?.total ?? 0, refunds };
}

/** Whether the payment's record shows this refund. */
export function hasRefund(payment: KakaoPayment, refundId: string): boolean {
  return refundsIn(payment).some((refund) => refund.refundId === refundId);
}

/** The cancellations that came with an id: it was sent along as the payload. */
function refundsIn({ payment_action_details: actions }: KakaoPayment): RefundSeen[] {
  return (actions ?? []).flatMap(({ payment_action_type: type, payload, amount }) =>
    type === 'CANCEL' && payload ? [{ refundId: payload, amount }] : [],
  );
}

/** What can still go back. Where no VAT is told, it is what Kakao Pay reckons by itself. */
export function leftOf({ cancel_available_amount: available }: KakaoPayment): Left {
  const { total = 0, tax_free: taxFree = 0, vat = vatIn(total - taxFree) } = available ?? {};
  return { amount: total, taxFreeAmount: taxFree, vatAmount: vat };
}
