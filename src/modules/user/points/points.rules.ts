import type { Krw } from '../../../platform/money/krw.ts';

export type PointEntryKind = 'grant' | 'payment' | 'refund' | 'expiry';

/** How long granted points can be spent when the grant says nothing else. */
export const DEFAULT_VALID_DAYS = 365;

/** Points that expire within so many days are shown apart: the member may want to spend them. */
export const EXPIRING_SOON_DAYS = 30;

const DAY_MS = 86_400_000;

/** The moment `days` later; both moments in milliseconds since 1970. */
export function daysLater(fromMs: number, days: number): number {
  return fromMs + days * DAY_MS;
}

/** Points that were granted at once; they expire at `expiresAtMs`, in milliseconds since 1970. */
export type PointLot = {
  readonly id: string;
  readonly remainingAmount: Krw;
  readonly expiresAtMs: number;
};

/** A part of a lot. */
export type PointShare = { readonly lotId: string; readonly amount: Krw };

/** What of the lots can be spent at a moment, oldest lot first: ids grow with time. */
export function spendable(lots: readonly PointLot[], atMs: number): PointShare[] {
  return lots
    .filter((lot) => lot.remainingAmount > 0 && lot.expiresAtMs > atMs)
    .map((lot) => ({ lotId: lot.id, amount: lot.remainingAmount }))
    .toSorted((a, b) => (a.lotId < b.lotId ? -1 : 1));
}

export function sumOf(shares: readonly PointShare[]): Krw {
  return shares.reduce((sum, share) => sum + share.amount, 0);
}

/**
 * Takes `amount` of the shares, from the first one on. Undefined when they do not cover the whole
 * amount; there is no part payment.
 */
export function pointsFor(amount: Krw, shares: readonly PointShare[]): PointShare[] | undefined {
  const taken: PointShare[] = [];
  let open = amount;
  for (const share of shares) {
    if (open === 0) break;
    const part = Math.min(open, share.amount);
    taken.push({ lotId: share.lotId, amount: part });
    open -= part;
  }
  return open === 0 ? taken : undefined;
}

/** What lots get back, or lose (below zero), when `after` is taken of them instead of `before`. */
export function returnsBetween(
  before: readonly PointShare[],
  after: readonly PointShare[],
): PointShare[] {
  const taken = new Map(after.map((share) => [share.lotId, share.amount]));
  const returned = before.map(({ lotId, amount }) => {
    const stillTaken = taken.get(lotId) ?? 0;
    taken.delete(lotId);
    return { lotId, amount: amount - stillTaken };
  });
  const lost = [...taken].map(([lotId, amount]) => ({ lotId, amount: -amount }));
  return [...returned, ...lost].filter((share) => share.amount !== 0);
}
