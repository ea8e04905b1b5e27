import { impossible } from '../errors/impossible.ts';
import { createKakaopayCalls, type KakaopaySettings } from './kakaopay-calls.ts';
import {
  APPROVED_TOO_LATE,
  FINAL_REFUND_REFUSALS,
  isOneOf,
  NO_SUCH_PAYMENT,
} from './kakaopay-codes.ts';
import { hasRefund, standingOf } from './kakaopay-payment.ts';
import { PaymentDiffers, ProviderRefused, ProviderUnavailable } from './payment-errors.ts';
import {
  PAYMENT_OF_ANOTHER_ORDER,
  type Confirmation,
  type ConfirmRequest,
  type LookedUp,
  type LookUpRequest,
  type PaymentGateway,
  type Taken,
} from './payment-gateway.ts';
import { refundOnce } from './refund-once.ts';

/** Cards take no less, and the shopper chooses the means at Kakao Pay. */
const MINIMUM_AMOUNT = 100;

/**
 * Kakao Pay's one-time payments (https://developers.kakaopay.com/docs/payment/online/single-payment),
 * and how they are looked up (…/payment-detail) and cancelled (…/cancellation).
 */
export function createKakaopayGateway(settings: KakaopaySettings): PaymentGateway {
  const calls = createKakaopayCalls(settings);

  return {
    minimumAmount: MINIMUM_AMOUNT,

    prepare: calls.announce,

    async confirm(request) {
      try {
        const approved = await calls.approve(request);
        if (approved.partner_order_id !== request.orderId) throw differs('order');
        return paidWith({ amount: approved.amount.total, refundedAmount: 0 }, request);
      } catch (error) {
        if (error instanceof ProviderRefused) return confirmationAfter(error, request);
        return unknownAfter(error);
      }
    },

    lookUp,

    refund: (request) =>
      refundOnce({
        look: () => calls.find(request.providerKey),
        isDone: (payment) => hasRefund(payment, request.refundId),
        cancel: (payment) => calls.giveBack(payment, request),
        isFinal: (refused) => isOneOf(refused, FINAL_REFUND_REFUSALS),
      }),
  };

  /**
   * A refused approval may be one of a payment that was approved all the same: before, by another
   * call at the same time, or by a bank that has yet to answer. Only the payment's record is believed.
   */
  async function confirmationAfter(
    refused: ProviderRefused,
    request: ConfirmRequest,
  ): Promise<Confirmation> {
    try {
      return confirmationBy(await lookUp(request), refused, request);
    } catch (error) {
      return unknownAfter(error);
    }
  }

  async function lookUp({ providerKey, orderId }: LookUpRequest): Promise<LookedUp> {
    try {
      const payment = await calls.find(providerKey);
      if (payment.partner_order_id !== orderId) {
        return { found: 'declined', code: PAYMENT_OF_ANOTHER_ORDER };
      }
      const standing = standingOf(payment);
      if (standing.found !== 'amount_missing') return standing;
    } catch (error) {
      if (error instanceof ProviderRefused && isOneOf(error, NO_SUCH_PAYMENT)) {
        return { found: 'nothing' };
      }
      throw error;
    }
    throw new ProviderUnavailable('unreadable', { provider: 'kakaopay', operation: 'order' });
  }
}

function confirmationBy(
  standing: LookedUp,
  refused: ProviderRefused,
  request: ConfirmRequest,
): Confirmation {
  switch (standing.found) {
    case 'paid':
      return paidWith(standing, request);
    case 'declined':
      return { outcome: 'declined', code: refused.code ?? standing.code };
    case 'pending':
      // The record stays as it was when the time for approving is over.
      return refused.code !== null && isOneOf(refused, APPROVED_TOO_LATE)
        ? { outcome: 'declined', code: refused.code }
        : { outcome: 'unknown' };
    case 'nothing':
      return { outcome: 'unknown' };
    default:
      return impossible(standing);
  }
}

function paidWith(
  { amount, refundedAmount }: Pick<Taken, 'amount' | 'refundedAmount'>,
  request: ConfirmRequest,
): Confirmation {
  if (amount !== request.amount) throw differs('amount');
  return { outcome: 'paid', refundedAmount };
}

/** Errors of the provider leave it open what became of the payment; others are none of its. */
function unknownAfter(error: unknown): Confirmation {
  if (error instanceof ProviderUnavailable || error instanceof ProviderRefused) {
    return { outcome: 'unknown' };
  }
  throw error;
}

function differs(what: 'amount' | 'order'): PaymentDiffers {
  return new PaymentDiffers(what, { provider: 'kakaopay', operation: 'approve' });
}
