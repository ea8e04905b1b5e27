import type { HoldState } from '../../../platform/holds/hold-state.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { Krw } from '../../../platform/money/krw.ts';
import { pointsFor, returnsBetween, sumOf, type PointShare } from '../points/points.rules.ts';
import { fundsFor, minus, NO_FUNDS, totalOf, type Funds } from './wallet.rules.ts';

/** Pay money, and points by the lots that they belong to, oldest lot first. */
export type FundsAndPoints = Funds & { readonly points: readonly PointShare[] };

export const NOTHING: FundsAndPoints = { ...NO_FUNDS, points: [] };

/** What an order needs. */
export type Demand = { readonly walletAmount: Krw; readonly pointsAmount: Krw };

export type FundsRefusal = 'points_insufficient' | 'payment_declined';

/**
 * What of a member's balance an order takes, or why it takes nothing of it.
 * @param balance undefined for somebody without a wallet
 */
export function takeFor(
  demand: Demand,
  balance: FundsAndPoints | undefined,
): FundsAndPoints | FundsRefusal {
  const points = pointsFor(demand.pointsAmount, balance?.points ?? []);
  if (!points) return 'points_insufficient';
  const funds = balance && fundsFor(demand.walletAmount, balance);
  return funds ? { ...funds, points } : 'payment_declined';
}

/**
 * What is set aside for an order, or was; what it once took stays in it, as a memory of it. What was
 * given back after the payment is counted apart. `memberId` is null in a failed order's tombstone.
 */
export type FundsHold = FundsAndPoints & {
  readonly orderId: Id;
  readonly memberId: Id | null;
  readonly state: HoldState;
  readonly refundedAmount: Krw;
  readonly refundedPointsAmount: Krw;
};

/** The hold of a paid order after so much of it was given back, all refunds until now added up. */
export function refundedUpTo(hold: FundsHold, { walletAmount, pointsAmount }: Demand): FundsHold {
  if (walletAmount > totalOf(hold) || pointsAmount > sumOf(hold.points)) {
    throw new Error(`order ${hold.orderId} is to give back more than it has taken`);
  }
  // A refund that comes late tells of less than what was given back already.
  const refundedAmount = Math.max(hold.refundedAmount, walletAmount);
  const refundedPointsAmount = Math.max(hold.refundedPointsAmount, pointsAmount);
  const isSame =
    refundedAmount === hold.refundedAmount && refundedPointsAmount === hold.refundedPointsAmount;
  return isSame ? hold : { ...hold, refundedAmount, refundedPointsAmount };
}

/** The hold after everything that it took went back. */
export function refundedWhole(hold: FundsHold): FundsHold {
  return refundedUpTo(hold, { walletAmount: totalOf(hold), pointsAmount: sumOf(hold.points) });
}

/** What a step of a hold moves. */
export type Movement = {
  /** What comes back to the balances; below zero for what leaves them. */
  toWallet: Funds;
  toLots: readonly PointShare[];
  /** What the member's lists of entries tell of it; zero for what is only set aside or let go. */
  bookedFunds: Funds;
  bookedPoints: Krw;
};

export function movementBetween(before: FundsHold | undefined, after: FundsHold): Movement {
  const [kept, keeps] = [keptBy(before), keptBy(after)];
  const [booked, books] = [bookedBy(before), bookedBy(after)];
  return {
    toWallet: minus(kept, keeps),
    toLots: returnsBetween(kept.points, keeps.points),
    bookedFunds: minus(booked, books),
    bookedPoints: sumOf(booked.points) - sumOf(books.points),
  };
}

/** What the member misses because of a hold: what it took, without what it gave back. */
function keptBy(hold: FundsHold | undefined): FundsAndPoints {
  if (hold?.state !== 'held' && hold?.state !== 'committed') return NOTHING;
  if (hold.refundedAmount === 0 && hold.refundedPointsAmount === 0) return hold;
  // What was taken last goes back first, so what stays is what a smaller order would have taken.
  const left = {
    walletAmount: totalOf(hold) - hold.refundedAmount,
    pointsAmount: sumOf(hold.points) - hold.refundedPointsAmount,
  };
  const kept = takeFor(left, hold);
  if (typeof kept === 'string')
    throw new Error(`the hold of order ${hold.orderId} does not add up`);
  return kept;
}

/** What the entries of an order tell that it cost, all of them added up. */
function bookedBy(hold: FundsHold | undefined): FundsAndPoints {
  return hold?.state === 'committed' ? keptBy(hold) : NOTHING;
}
