import type { Krw } from '../../../platform/money/krw.ts';

/** In the order in which they come; `refused` for good by the provider is a task for staff. */
export const REFUND_STATES = ['due', 'done', 'refused'] as const;
export type RefundState = (typeof REFUND_STATES)[number];

/**
 * Who gives the money back. `provider`: the provider, asked by the shop; `console`: the provider,
 * without the shop, as when staff cancel a payment at its console; `other`: staff, in another way.
 */
export const REFUND_MEANS = ['provider', 'console', 'other'] as const;
export type RefundMeans = (typeof REFUND_MEANS)[number];

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** The pauses after the first questions for a refund; later ones come each hour, without an end. */
const PAUSES_MS = [10 * SECOND_MS, MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS];

/**
 * When to ask a provider for a refund again if this question leads nowhere.
 * @param asked how often it was asked before
 * @param callsMs how long one question may take, in milliseconds
 */
export function nextRefundQuestion(asked: number, nowMs: number, callsMs: number): Date {
  return new Date(nowMs + Math.max(PAUSES_MS[asked] ?? HOUR_MS, callsMs));
}

/** A refusal whose code settles nothing, and that is repeated for so long, is one for good. */
const REFUSED_FOR_MS = 72 * HOUR_MS;

/** Whether a refund was asked for so long that another refusal is the last one. */
export function isRefusedLongEnough({ createdAt }: { createdAt: Date }, nowMs: number): boolean {
  return nowMs - createdAt.getTime() >= REFUSED_FOR_MS;
}

/** A payment as booked: what was taken, and what all refunds, open ones included, come to. */
export type BookedPayment = { amount: Krw; refundedAmount: Krw };

/** What may still be asked for of a payment. */
export function leftToGiveBack({ amount, refundedAmount }: BookedPayment): Krw {
  return Math.max(0, amount - refundedAmount);
}

export type KnownRefund = { id: string; amount: Krw; state: RefundState; means: RefundMeans };

/** What a provider gave back in all, and of it what the shop had asked for, by its refunds' ids. */
export type GivenBack = {
  refundedAmount: Krw;
  refunds: readonly { refundId: string; amount: Krw }[];
};

/** What the shop's books lack of the provider's. */
export type Unbooked = {
  /** Open refunds that are settled by it. */
  covered: readonly string[];
  /** Open refunds of which a part is settled by it, with the amount that is left. */
  shrunk: readonly { id: string; amount: Krw }[];
  /** What is to be recorded as a refund of its own; 0 when there is nothing. */
  recordedAmount: Krw;
  /** What the shop's books have no room for: more went back than was ever taken. */
  excessAmount: Krw;
};

/**
 * Finds the money that went back without the shop and is in no book of its. It settles refunds that
 * the provider refused, as staff will have given them back by hand. Refunds that are due are settled
 * by it only where the payment holds too little for both; otherwise nobody can tell that they were
 * meant (decision 17).
 */
export function unbookedOf(
  payment: BookedPayment,
  known: readonly KnownRefund[],
  given: GivenBack,
): Unbooked {
  const asked = new Set(known.filter(({ means }) => means === 'provider').map(({ id }) => id));
  const own = given.refunds.filter(({ refundId }) => asked.has(refundId));
  const seen = new Set(own.map(({ refundId }) => refundId));
  const booked = sumOf(known.filter(({ means }) => means === 'console'));
  const elsewhere = given.refundedAmount - sumOf(own);

  const open = known.filter(({ id }) => !seen.has(id));
  const settling = new Settling(elsewhere - booked);
  settling.cover(
    open.filter(({ state }) => state === 'refused'),
    settling.left,
  );
  const room = leftToGiveBack(payment) + settling.shrunkAmount;
  settling.cover(
    open.filter(({ state }) => state === 'due'),
    settling.left - room,
  );
  const roomNow = leftToGiveBack(payment) + settling.shrunkAmount;
  const recordedAmount = Math.min(settling.left, roomNow);
  const { covered, shrunk } = settling;
  return { covered, shrunk, recordedAmount, excessAmount: settling.left - recordedAmount };
}

function sumOf(parts: readonly { amount: Krw }[]): Krw {
  return parts.reduce((sum, { amount }) => sum + amount, 0);
}

/** Money that is shared out among open refunds. */
class Settling {
  readonly covered: string[] = [];
  readonly shrunk: { id: string; amount: Krw }[] = [];
  /** What is shared out no further and needs a record of its own. */
  left: Krw;
  shrunkAmount: Krw = 0;

  constructor(amount: Krw) {
    this.left = Math.max(0, amount);
  }

  /** Settles refunds with up to so much of what is left. */
  cover(refunds: readonly KnownRefund[], atMost: Krw): void {
    let rest = atMost;
    for (const { id, amount } of refunds) {
      if (rest <= 0) return;
      if (amount <= rest) {
        this.covered.push(id);
        this.left -= amount;
      } else {
        this.shrunk.push({ id, amount: amount - rest });
        this.shrunkAmount += rest;
      }
      rest -= amount;
    }
  }
}

/** What of an order's money is back, and what is owed. */
export type RefundTotals = { doneAmount: Krw; owedAmount: Krw };

/** Adds refunds up. What a provider refused is owed still. */
export function totalsOf(refunds: readonly Pick<KnownRefund, 'amount' | 'state'>[]): RefundTotals {
  const done = sumOf(refunds.filter(({ state }) => state === 'done'));
  return { doneAmount: done, owedAmount: sumOf(refunds) - done };
}
