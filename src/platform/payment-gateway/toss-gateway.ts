import { impossible } from '../errors/impossible.ts';
import { PaymentDiffers, ProviderRefused, ProviderUnavailable } from './payment-errors.ts';
import {
  PAYMENT_OF_ANOTHER_ORDER,
  VIRTUAL_ACCOUNT_NOT_SUPPORTED,
  type Confirmation,
  type ConfirmRequest,
  type LookedUp,
  type LookUpRequest,
  type PaymentGateway,
  type RefundRequest,
} from './payment-gateway.ts';
import { refundOnce } from './refund-once.ts';
import { createTossCalls, type TossSettings } from './toss-calls.ts';
import { FINAL_DECLINES, FINAL_REFUND_REFUSALS, NOT_FOUND } from './toss-codes.ts';
import { hasRefund, standingOf, type TossPayment } from './toss-payment.ts';

/** Below it Toss answers BELOW_MINIMUM_AMOUNT (https://docs.tosspayments.com/reference/error-codes). */
const MINIMUM_AMOUNT = 100;

/**
 * Toss Payments, core API (https://docs.tosspayments.com/reference). The widget on the shopper's page
 * begins a payment and hands over its key, which therefore may be anything, also one of another
 * order's.
 */
export function createTossGateway(settings: TossSettings): PaymentGateway {
  const calls = createTossCalls(settings);

  return {
    minimumAmount: MINIMUM_AMOUNT,

    prepare: () => Promise.resolve(null),

    async confirm(request) {
      try {
        const payment = await calls.charge(request);
        return confirmationBy(await settle(payment, request), request);
      } catch (error) {
        return confirmationAfter(error);
      }
    },

    async lookUp(request) {
      try {
        const payment = await calls.find(request.providerKey);
        return await settle(payment, request);
      } catch (error) {
        if (error instanceof ProviderRefused && isOneOf(error, NOT_FOUND)) {
          return { found: 'nothing' };
        }
        throw error;
      }
    },

    refund: (request) =>
      refundOnce({
        look: () => calls.find(request.providerKey),
        isDone: (payment) => hasRefund(payment, request.refundId),
        cancel: (payment) => giveBack(payment, request),
        isFinal: (refused) => isOneOf(refused, FINAL_REFUND_REFUSALS),
      }),
  };

  /** What a payment means for an order; an account that was opened for it is closed on the way. */
  async function settle(
    payment: TossPayment,
    { providerKey, orderId }: LookUpRequest,
  ): Promise<LookedUp> {
    if (payment.orderId !== orderId) return { found: 'declined', code: PAYMENT_OF_ANOTHER_ORDER };
    const standing = standingOf(payment);
    switch (standing.found) {
      case 'waiting_for_deposit':
        // Before the payment is called declined: the shopper could pay into it for days.
        await calls.closeAccount(providerKey);
        return { found: 'declined', code: VIRTUAL_ACCOUNT_NOT_SUPPORTED };
      case 'paid':
        if (payment.currency !== 'KRW') throw differs('currency');
        return standing;
      case 'pending':
      case 'declined':
      case 'nothing':
        return standing;
      default:
        return impossible(standing);
    }
  }

  async function giveBack(payment: TossPayment, request: RefundRequest): Promise<void> {
    const after = await calls.giveBack(payment, request);
    if (hasRefund(after, request.refundId)) return;
    throw new ProviderUnavailable('unreadable', { provider: 'toss', operation: 'refund' });
  }
}

function confirmationBy(standing: LookedUp, { amount }: ConfirmRequest): Confirmation {
  switch (standing.found) {
    case 'paid':
      if (standing.amount !== amount) throw differs('amount');
      return { outcome: 'paid', refundedAmount: standing.refundedAmount };
    case 'declined':
      return { outcome: 'declined', code: standing.code };
    case 'pending':
    case 'nothing':
      return { outcome: 'unknown' };
    default:
      return impossible(standing);
  }
}

function confirmationAfter(error: unknown): Confirmation {
  if (error instanceof ProviderUnavailable) return { outcome: 'unknown' };
  if (!(error instanceof ProviderRefused)) throw error;
  const { code } = error;
  return code !== null && FINAL_DECLINES.has(code)
    ? { outcome: 'declined', code }
    : { outcome: 'unknown' };
}

function isOneOf({ code }: ProviderRefused, codes: ReadonlySet<string>): boolean {
  return code !== null && codes.has(code);
}

function differs(what: 'amount' | 'currency'): PaymentDiffers {
  return new PaymentDiffers(what, { provider: 'toss', operation: 'confirm' });
}
