import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { ProviderRefused } from './payment-errors.ts';
import {
  VIRTUAL_ACCOUNT_NOT_SUPPORTED,
  type ConfirmRequest,
  type RefundRequest,
} from './payment-gateway.ts';
import { ProviderApi } from './provider-api.ts';
import { BUSY } from './toss-codes.ts';
import { taxPartsWithin } from './tax-parts.ts';
import { cancelReasonOf, leftOf, tossPayment, type TossPayment } from './toss-payment.ts';

export type TossSettings = {
  url: string;
  secretKey: string;
  callTimeoutMs: number;
  /** How long nothing is sent after a run of failures, at first. */
  restMs?: number;
  /** For tests; it decides only when a refund gets a fresh idempotency key. */
  nowMs?: () => number;
};

/** What is asked of Toss, as HTTP; each answers with the payment as it is then. */
export type TossCalls = {
  charge: (request: ConfirmRequest) => Promise<TossPayment>;
  find: (providerKey: string) => Promise<TossPayment>;
  closeAccount: (providerKey: string) => Promise<TossPayment>;
  giveBack: (payment: TossPayment, request: RefundRequest) => Promise<TossPayment>;
};

const HOUR_MS = 3_600_000;

const refusal = Compile(Type.Object({ code: Type.String() }));

/**
 * Every POST carries an idempotency key, under which Toss answers a repeat with its first answer for
 * 15 days (https://docs.tosspayments.com/reference/using-api/authorization#멱등키-헤더).
 */
export function createTossCalls(settings: TossSettings): TossCalls {
  const { nowMs = Date.now } = settings;
  const api = new ProviderApi({
    provider: 'toss',
    url: settings.url,
    // A user without a password: https://docs.tosspayments.com/reference/using-api/authorization
    authorization: `Basic ${Buffer.from(`${settings.secretKey}:`).toString('base64')}`,
    timeoutMs: settings.callTimeoutMs,
    restMs: settings.restMs,
    codeOf: (body) => (refusal.Check(body) ? body.code : undefined),
    busyCodes: BUSY,
  });

  return {
    charge: ({ providerKey, orderId, amount }) =>
      // Toss keeps keys by address, and this one is the same for all payments.
      post('confirm', '/v1/payments/confirm', keyOf('confirm', orderId, providerKey), {
        paymentKey: providerKey,
        orderId,
        amount,
      }),

    find: async (providerKey) =>
      api.call({
        operation: 'look up',
        method: 'GET',
        path: pathOf(providerKey),
        isRepeatable: true,
        answer: tossPayment,
      }),

    closeAccount: async (providerKey) =>
      post('close account', `${pathOf(providerKey)}/cancel`, keyOf('close', providerKey), {
        cancelReason: VIRTUAL_ACCOUNT_NOT_SUPPORTED,
      }),

    /*
     * Toss refuses when `refundableAmount` is not what is left, so an attempt that was lost on the
     * way and arrives late cannot pay a second time. That allows for a fresh key each hour: under the
     * old one Toss would repeat its first answer, also where that was a passing trouble of a bank.
     */
    giveBack: async (payment, { providerKey, refundId, amount, taxParts, reason }) => {
      const { balanceAmount } = payment;
      const hour = Math.floor(nowMs() / HOUR_MS);
      const key = keyOf('refund', refundId, balanceAmount, amount, hour);
      return post('refund', `${pathOf(providerKey)}/cancel`, key, {
        cancelReason: cancelReasonOf(refundId, reason),
        cancelAmount: amount,
        taxFreeAmount: taxPartsWithin(leftOf(payment), amount, taxParts).taxFreeAmount,
        refundableAmount: balanceAmount,
      });
    },
  };

  function post(
    operation: string,
    path: string,
    idempotencyKey: string,
    body: Record<string, unknown>,
  ): Promise<TossPayment> {
    const headers = { 'idempotency-key': idempotencyKey };
    const method = 'POST';
    return api.call({
      operation,
      method,
      path,
      headers,
      body,
      isRepeatable: true,
      answer: tossPayment,
    });
  }
}

/** For a key that is no part of an address, or stands for another one, throws as Toss itself would. */
function pathOf(providerKey: string): string {
  if (['', '.', '..'].includes(providerKey) || !providerKey.isWellFormed()) {
    throw new ProviderRefused({
      provider: 'toss',
      operation: 'look up',
      httpStatus: 404,
      code: 'NOT_FOUND_PAYMENT',
    });
  }
  return `/v1/payments/${encodeURIComponent(providerKey)}`;
}

/** One key for an operation on a payment, whatever is in the parts; 300 characters are allowed. */
function keyOf(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
