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

/** Units that an order wanted of a SKU, and those that could be had when it was refused. */
export type Shortage = { skuId: string; requestedQuantity: number; availableQuantity: number };

export type PaymentMethod = 'wallet' | PaymentProvider;

/** Units of one SKU in an order or a cart, and lines, at the most. */
export const MAX_QUANTITY = 999;
export const MAX_LINES = 100;

/** What a participant has said: `awaited` until it answers, then `held` or why not. */
export type Answer = 'not_needed' | 'awaited' | 'held' | FailureCode;

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
  const all = [answers.stock, answers.funds, answers.coupon];
  if (all.includes('awaited')) return { state: 'placed' };
  const failureCode = REFUSALS_BY_WEIGHT.find((code) => all.includes(code));
  if (failureCode) return { state: 'failed', failureCode };
  return awaitsProvider ? { state: 'payment_due' } : { state: 'paid' };
}
