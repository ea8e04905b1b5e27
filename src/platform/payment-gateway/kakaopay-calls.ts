import { codeOf } from './kakaopay-codes.ts';
import {
  kakaoApproved,
  kakaoCancelled,
  kakaoPayment,
  kakaoReady,
  leftOf,
  type KakaoApproved,
  type KakaoPayment,
} from './kakaopay-payment.ts';
import type { ConfirmRequest, Prepared, PrepareRequest, RefundRequest } from './payment-gateway.ts';
import { ProviderApi, type ProviderCall } from './provider-api.ts';
import { taxPartsWithin } from './tax-parts.ts';

export type KakaopaySettings = {
  url: string;
  secretKey: string;
  /** Which merchant, and which kind of payment; Kakao Pay gives it out. */
  cid: string;
  /** Where the shopper comes back to; without a slash at its end. */
  storefrontUrl: string;
  callTimeoutMs: number;
  /** How long nothing is sent after a run of failures, at first. */
  restMs?: number;
};

/** What is asked of Kakao Pay, as HTTP. */
export type KakaopayCalls = {
  announce: (request: PrepareRequest) => Promise<Prepared>;
  approve: (request: ConfirmRequest) => Promise<KakaoApproved>;
  find: (providerKey: string) => Promise<KakaoPayment>;
  giveBack: (payment: KakaoPayment, request: RefundRequest) => Promise<void>;
};

const LONGEST_NAME = 100;

/**
 * Kakao Pay knows no idempotency keys: an approval or a cancellation whose answer is lost must never
 * be sent again unseen.
 */
export function createKakaopayCalls(settings: KakaopaySettings): KakaopayCalls {
  const api = new ProviderApi({
    provider: 'kakaopay',
    url: settings.url,
    authorization: `SECRET_KEY ${settings.secretKey}`,
    timeoutMs: settings.callTimeoutMs,
    restMs: settings.restMs,
    codeOf,
    busyCodes: new Set(),
  });

  return {
    async announce(request) {
      const ready = await api.call({
        ...post('ready', {
          partner_order_id: request.orderId,
          partner_user_id: request.memberId,
          item_name: request.orderName.slice(0, LONGEST_NAME).toWellFormed(),
          quantity: request.quantity,
          total_amount: request.amount,
          tax_free_amount: request.taxParts.taxFreeAmount,
          vat_amount: request.taxParts.vatAmount,
          ...waysBack(request.orderId),
        }),
        // Announcing twice leaves a payment that nobody approves.
        isRepeatable: true,
        answer: kakaoReady,
      });
      return { providerKey: ready.tid, redirectUrl: ready.next_redirect_pc_url };
    },

    async approve({ providerKey, approvalToken, orderId, memberId, amount }) {
      if (approvalToken === null) throw new TypeError('nothing is approved without a pg_token');
      const body = {
        tid: providerKey,
        partner_order_id: orderId,
        partner_user_id: memberId,
        pg_token: approvalToken,
        total_amount: amount,
      };
      return api.call({ ...post('approve', body), isRepeatable: false, answer: kakaoApproved });
    },

    find: (providerKey) =>
      api.call({
        ...post('order', { tid: providerKey }),
        isRepeatable: true,
        answer: kakaoPayment,
      }),

    /*
     * Kakao Pay refuses when `cancel_available_amount` is not what is left, so an attempt that was
     * lost on the way and arrives late cannot pay a second time. Without `cancel_vat_amount` it would
     * take a rounded eleventh each time, which over some parts comes to more than was paid, and the
     * last one would be refused.
     */
    async giveBack(payment, { providerKey, refundId, amount, taxParts }) {
      const left = leftOf(payment);
      const { taxFreeAmount, vatAmount } = taxPartsWithin(left, amount, taxParts);
      const body = {
        tid: providerKey,
        cancel_amount: amount,
        cancel_tax_free_amount: taxFreeAmount,
        cancel_vat_amount: vatAmount,
        cancel_available_amount: left.amount,
        payload: refundId,
      };
      await api.call({ ...post('cancel', body), isRepeatable: false, answer: kakaoCancelled });
    },
  };

  function post(
    operation: 'ready' | 'approve' | 'order' | 'cancel',
    body: Record<string, unknown>,
  ): Pick<ProviderCall<never>, 'operation' | 'method' | 'path' | 'body'> {
    const path = `/online/v1/payment/${operation}`;
    return { operation, method: 'POST', path, body: { cid: settings.cid, ...body } };
  }

  /** Kakao Pay adds the pg_token to the first one; each may have 255 characters. */
  function waysBack(orderId: string): Record<string, string> {
    const back = `${settings.storefrontUrl}/orders/${orderId}/payment`;
    return {
      approval_url: `${back}/approved`,
      cancel_url: `${back}/cancelled`,
      fail_url: `${back}/failed`,
    };
  }
}
