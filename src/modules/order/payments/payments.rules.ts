import type { Krw } from '../../../platform/money/krw.ts';
import type { OrderState } from '../order.rules.ts';

/** Who takes the money of orders that are not paid from the wallet. */
export type PaymentProvider = 'toss' | 'kakaopay';

/**
 * `ready`: announced to the provider, not approved by the shopper yet; `confirming`: sent for
 * approval, the answer is not known; `paid`, `declined`: the provider's final answer; `abandoned`:
 * the provider was asked for a day and knew of no charge.
 */
export type PaymentState = 'ready' | 'confirming' | 'paid' | 'declined' | 'abandoned';

/** A provider's final answer, with the amounts that it has taken and given back since. */
export type Verdict =
  | { kind: 'paid'; amount: Krw; refundedAmount: Krw }
  | { kind: 'declined'; code: string };

/** Nothing that a provider says later changes this. An abandoned payment may still turn out paid. */
export function isFinal(state: PaymentState): boolean {
  return state === 'paid' || state === 'declined';
}

/** Whether a payment leaves the shop exactly what the order costs: what went back pays for nothing. */
export function paysFor(
  price: Krw,
  { amount, refundedAmount }: { amount: Krw; refundedAmount: Krw },
): boolean {
  return amount - refundedAmount === price;
}

/** Whether money that comes now still pays for the order. */
export function mayStillBePaid(state: OrderState): boolean {
  return state === 'payment_due' || state === 'confirming';
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * How long after a payment was sent the provider is asked again, besides at once. "Not found" right
 * after a time-out is not final: the charge may still land, and no webhook need tell of it.
 */
const QUESTIONS_AFTER_MS = [MINUTE_MS, 10 * MINUTE_MS, HOUR_MS, 24 * HOUR_MS];

/** When to ask next about a payment; undefined when there is nothing left to wait for. */
export function nextQuestion(sentAtMs: number, nowMs: number): Date | undefined {
  const afterMs = QUESTIONS_AFTER_MS.find((pauseMs) => sentAtMs + pauseMs > nowMs);
  return afterMs === undefined ? undefined : new Date(sentAtMs + afterMs);
}

/** For how long a payment is compared with the provider's books; a webhook tells of what is later. */
const COMPARED_FOR_MS = 14 * 24 * HOUR_MS;

/** When to compare a paid payment with the provider's books again; null when it is too old. */
export function nextComparison(createdAtMs: number, nowMs: number): Date | null {
  return nowMs - createdAtMs < COMPARED_FOR_MS ? new Date(nowMs + 24 * HOUR_MS) : null;
}
