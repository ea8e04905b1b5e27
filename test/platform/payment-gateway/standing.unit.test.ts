import { describe, expect, it } from 'vitest';
import {
  hasRefund as kakaoHasRefund,
  kakaoPayment,
  leftOf,
  standingOf as kakaoStandingOf,
  type KakaoPayment,
} from '../../../src/platform/payment-gateway/kakaopay-payment.ts';
import {
  cancelReasonOf,
  hasRefund,
  standingOf as tossStandingOf,
  tossPayment,
  type TossPayment,
} from '../../../src/platform/payment-gateway/toss-payment.ts';
import { newId } from '../../../src/platform/ids/id.ts';

function toss(status: TossPayment['status'], more: Partial<TossPayment> = {}): TossPayment {
  const payment = {
    orderId: newId(),
    status,
    method: '카드',
    currency: 'KRW',
    totalAmount: 9000,
    balanceAmount: 9000,
    approvedAt: null,
    ...more,
  };
  if (!tossPayment.Check(payment)) throw new Error('this is no payment of Toss');
  return payment;
}

describe("a payment's standing at Toss", () => {
  const approvedAt = '2026-01-01T00:00:00+09:00';

  it.each([
    [toss('READY'), { found: 'pending' }],
    [toss('IN_PROGRESS'), { found: 'pending' }],
    [toss('WAITING_FOR_DEPOSIT', { method: '가상계좌' }), { found: 'waiting_for_deposit' }],
    [toss('DONE', { approvedAt }), { found: 'paid', amount: 9000, refundedAmount: 0, refunds: [] }],
    [
      toss('PARTIAL_CANCELED', { approvedAt, balanceAmount: 5000 }),
      { found: 'paid', amount: 9000, refundedAmount: 4000, refunds: [] },
    ],
    [
      toss('CANCELED', { approvedAt, balanceAmount: 0 }),
      { found: 'paid', amount: 9000, refundedAmount: 9000, refunds: [] },
    ],
    [
      toss('CANCELED', { method: '가상계좌', balanceAmount: 0 }),
      { found: 'declined', code: 'VIRTUAL_ACCOUNT_NOT_SUPPORTED' },
    ],
    [toss('ABORTED'), { found: 'declined', code: 'ABORTED' }],
    [toss('ABORTED', { failure: { code: 'FDS_ERROR' } }), { found: 'declined', code: 'FDS_ERROR' }],
    [toss('EXPIRED'), { found: 'declined', code: 'EXPIRED' }],
  ])('of %j is %j', (payment, standing) => {
    expect(tossStandingOf(payment)).toEqual(standing);
  });

  it('shows a refund only when it is done, and only that one', () => {
    const [refundId, other] = [newId(), newId()];
    const of = (cancelStatus: string | undefined, id: string) =>
      toss('PARTIAL_CANCELED', {
        cancels: [
          {
            cancelAmount: 4000,
            cancelReason: cancelReasonOf(id, '단순 변심'),
            ...(cancelStatus === undefined ? {} : { cancelStatus }),
          },
        ],
      });
    expect(hasRefund(of('DONE', refundId), refundId)).toBe(true);
    expect(hasRefund(of(undefined, refundId), refundId)).toBe(true);
    expect(hasRefund(of('IN_PROGRESS', refundId), refundId)).toBe(false);
    expect(hasRefund(of('DONE', other), refundId)).toBe(false);
    expect(hasRefund(toss('DONE'), refundId)).toBe(false);
  });

  it('does not take a reason that a shopper wrote for a refund', () => {
    const [refundId, other] = [newId(), newId()];
    const cancelReason = cancelReasonOf(other, `[${refundId}]`);
    const payment = toss('PARTIAL_CANCELED', {
      cancels: [{ cancelAmount: 4000, cancelReason, cancelStatus: 'DONE' }],
    });
    expect(hasRefund(payment, refundId)).toBe(false);
    expect(hasRefund(payment, other)).toBe(true);
  });
});

function kakao(status: KakaoPayment['status'], more: Partial<KakaoPayment> = {}): KakaoPayment {
  const payment = { partner_order_id: newId(), status, ...more };
  if (!kakaoPayment.Check(payment)) throw new Error('this is no payment of Kakao Pay');
  return payment;
}

describe("a payment's standing at Kakao Pay", () => {
  const amount = { total: 9000, tax_free: 0 };

  it.each([
    'READY',
    'SEND_TMS',
    'OPEN_PAYMENT',
    'SELECT_METHOD',
    'ARS_WAITING',
    'AUTH_PASSWORD',
    'ISSUED_SID',
  ] as const)('is open while the shopper is on the way: %s', (status) => {
    expect(kakaoStandingOf(kakao(status))).toEqual({ found: 'pending' });
  });

  it.each([
    [
      kakao('SUCCESS_PAYMENT', { amount }),
      { found: 'paid', amount: 9000, refundedAmount: 0, refunds: [] },
    ],
    [
      kakao('PART_CANCEL_PAYMENT', { amount, canceled_amount: { total: 4000 } }),
      { found: 'paid', amount: 9000, refundedAmount: 4000, refunds: [] },
    ],
    [
      kakao('CANCEL_PAYMENT', { amount, canceled_amount: amount }),
      { found: 'paid', amount: 9000, refundedAmount: 9000, refunds: [] },
    ],
    [kakao('SUCCESS_PAYMENT'), { found: 'amount_missing' }],
    [kakao('FAIL_AUTH_PASSWORD'), { found: 'declined', code: 'FAIL_AUTH_PASSWORD' }],
    [kakao('QUIT_PAYMENT'), { found: 'declined', code: 'QUIT_PAYMENT' }],
    [kakao('FAIL_PAYMENT'), { found: 'declined', code: 'FAIL_PAYMENT' }],
  ])('of %j is %j', (payment, standing) => {
    expect(kakaoStandingOf(payment)).toEqual(standing);
  });

  it('shows a refund by what was sent along with it', () => {
    const refundId = newId();
    const of = (payment_action_type: string, payload: string | null) =>
      kakao('PART_CANCEL_PAYMENT', {
        amount,
        payment_action_details: [{ payment_action_type, amount: 4000, payload }],
      });
    expect(kakaoHasRefund(of('CANCEL', refundId), refundId)).toBe(true);
    expect(kakaoHasRefund(of('PAYMENT', refundId), refundId)).toBe(false);
    expect(kakaoHasRefund(of('CANCEL', newId()), refundId)).toBe(false);
    expect(kakaoHasRefund(of('CANCEL', null), refundId)).toBe(false);
    expect(kakaoHasRefund(kakao('SUCCESS_PAYMENT', { amount }), refundId)).toBe(false);
  });

  it.each([
    [
      { total: 9000, tax_free: 2000, vat: 600 },
      { taxFreeAmount: 2000, vatAmount: 600 },
    ],
    [
      { total: 9000, tax_free: 2000 },
      { taxFreeAmount: 2000, vatAmount: 636 },
    ],
    [{ total: 9000 }, { taxFreeAmount: 0, vatAmount: 818 }],
  ])('with %j to cancel has left %j', (available, left) => {
    const payment = kakao('SUCCESS_PAYMENT', { amount, cancel_available_amount: available });
    expect(leftOf(payment)).toEqual({ amount: 9000, ...left });
  });
});
