import type { PaymentProvider } from './payments/payments.rules.ts';

export type OrderState =
  | 'placed'
  | 'payment_due'
  | 'confirming'
  | 'paid'
  | 'preparing'
  | 'shipped'
  | 'delivered'
  | 'completed'
  | 'cancelled'
  | 'failed'
  | 'expired';

export type FailureCode =
  | 'out_of_stock'
  | 'price_changed'
  | 'coupon_rejected'
  | 'points_insufficient'
  | 'payment_declined'
  | 'payment_timeout'
  | 'placement_timeout';

/**
 * Why orders fail, more exactly than a failure code says; most codes say enough.
 * `coupon_without_benefit`: it would have spent a coupon that takes nothing off it (coupon_rejected).
 * `insufficient_funds`: the member's pay money does not cover it (payment_declined).
 */
export const FAILURE_REASONS = ['coupon_without_benefit', 'insufficient_funds'] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];

/** Why an order's coupon is not used: its own terms forbid it, or it would be spent for nothing. */
export type CouponRefusal = 'coupon_rejected' | 'coupon_without_benefit';

/** Units that an order wanted of a SKU, and those that could be had when it was refused. */
export type Shortage = { skuId: string; requestedQuantity: number; availableQuantity: number };

export type PaymentMethod = 'wallet' | PaymentProvider;

/** Units of one SKU in an order or a cart, and lines, at the most. */
export const MAX_QUANTITY = 999;
export const MAX_LINES = 100;

/** What a participant has said: `awaited` until it answers, then `held` or why not. */
export type Answer = 'not_needed' | 'awaited' | 'held' | FailureCode | CouponRefusal;

export type Answers = { stock: Answer; funds: Answer; coupon: Answer };

/** When several participants refuse, the client is told the first of these. */
const REFUSALS_BY_WEIGHT: readonly FailureCode[] = [
  'out_of_stock',
  'price_changed',
  'coupon_rejected',
  'points_insufficient',
  'payment_declined',
];

export type Decision =
  | { state: 'placed' }
  | { state: 'payment_due' }
  | { state: 'paid' }
  | { state: 'failed'; failureCode: FailureCode };

/**
 * Joins the participants' answers. All are awaited even after a refusal, so that the same refusals
 * always give the same failure code, whoever answers first.
 * @param awaitsProvider true when a payment provider is to take something once all is held
 */
export function decide(answers: Answers, awaitsProvider: boolean): Decision {
  const { stock, funds, coupon } = answers;
  const all = [stock, funds, coupon === 'coupon_without_benefit' ? 'coupon_rejected' : coupon];
  if (all.includes('awaited')) return { state: 'placed' };
  const failureCode = REFUSALS_BY_WEIGHT.find((code) => all.includes(code));
  if (failureCode) return { state: 'failed', failureCode };
  return awaitsProvider ? { state: 'payment_due' } : { state: 'paid' };
}

/**
 * Why an order failed, more exactly than its failure code says, from the answer that made it fail; null
 * when there is no more to say. user declines a payment only when the wallet does not cover it; what a
 * provider declines is no answer of user's.
 */
export function failureReasonOf(order: {
  failureCode: FailureCode | null;
  fundsAnswer: Answer;
  couponAnswer: Answer;
}): FailureReason | null {
  const { failureCode, fundsAnswer, couponAnswer } = order;
  if (failureCode === 'coupon_rejected' && couponAnswer === 'coupon_without_benefit') {
    return couponAnswer;
  }
  const isWalletTooLow = failureCode === 'payment_declined' && fundsAnswer === 'payment_declined';
  return isWalletTooLow ? 'insufficient_funds' : null;
}
