import { describe, expect, it } from 'vitest';
import {
  movementBetween,
  NOTHING,
  refundedUpTo,
  refundedWhole,
  takeFor,
  type FundsHold,
} from '../../../src/modules/user/wallet/order-funds.ts';

const share = (lotId: string, amount: number) => ({ lotId, amount });
const balance = {
  paidAmount: 7_000,
  freeAmount: 3_000,
  points: [share('a', 100), share('b', 200)],
};

describe('what an order takes', () => {
  it('is pay money and points together', () => {
    expect(takeFor({ walletAmount: 4_000, pointsAmount: 150 }, balance)).toEqual({
      paidAmount: 1_000,
      freeAmount: 3_000,
      points: [share('a', 100), share('b', 50)],
    });
  });

  it('is nothing when one of both is missing; points are named before money', () => {
    expect(takeFor({ walletAmount: 10_000, pointsAmount: 301 }, balance)).toBe(
      'points_insufficient',
    );
    expect(takeFor({ walletAmount: 10_001, pointsAmount: 300 }, balance)).toBe('payment_declined');
    expect(takeFor({ walletAmount: 10_001, pointsAmount: 301 }, balance)).toBe(
      'points_insufficient',
    );
  });

  it('is nothing for somebody without a wallet', () => {
    expect(takeFor({ walletAmount: 0, pointsAmount: 0 }, undefined)).toBe('payment_declined');
    expect(takeFor({ walletAmount: 0, pointsAmount: 1 }, undefined)).toBe('points_insufficient');
  });
});

/** An order's hold that took 1,000 of the member's own money, 3,000 of the shop's and 150 points. */
const hold = (state: FundsHold['state'], refundedAmount = 0, refundedPointsAmount = 0) => ({
  orderId: 'an order',
  memberId: 'a member',
  state,
  paidAmount: 1_000,
  freeAmount: 3_000,
  points: [share('a', 100), share('b', 50)],
  refundedAmount,
  refundedPointsAmount,
});

const STILL = {
  toWallet: { paidAmount: 0, freeAmount: 0 },
  toLots: [],
  bookedFunds: { paidAmount: 0, freeAmount: 0 },
  bookedPoints: 0,
};

describe('what a step of a hold moves', () => {
  it('is away from the balances when funds are set aside, without an entry', () => {
    expect(movementBetween(undefined, hold('held'))).toEqual({
      ...STILL,
      toWallet: { paidAmount: -1_000, freeAmount: -3_000 },
      toLots: [share('a', -100), share('b', -50)],
    });
  });

  it('is an entry of all of it when the order is paid', () => {
    expect(movementBetween(hold('held'), hold('committed'))).toEqual({
      ...STILL,
      bookedFunds: { paidAmount: -1_000, freeAmount: -3_000 },
      bookedPoints: -150,
    });
  });

  it('is all of it back when it is let go, without an entry', () => {
    expect(movementBetween(hold('held'), hold('released'))).toEqual({
      ...STILL,
      toWallet: { paidAmount: 1_000, freeAmount: 3_000 },
      toLots: [share('a', 100), share('b', 50)],
    });
  });

  it.each([
    [999, { paidAmount: 999, freeAmount: 0 }],
    [1_000, { paidAmount: 1_000, freeAmount: 0 }],
    [1_001, { paidAmount: 1_000, freeAmount: 1 }],
    [4_000, { paidAmount: 1_000, freeAmount: 3_000 }],
  ])('gives %i of the pay money back, the own money first', (amount, funds) => {
    expect(movementBetween(hold('committed'), hold('committed', amount))).toEqual({
      ...STILL,
      toWallet: funds,
      bookedFunds: funds,
    });
  });

  it.each([
    [49, [share('b', 49)]],
    [50, [share('b', 50)]],
    [51, [share('a', 1), share('b', 50)]],
    [150, [share('a', 100), share('b', 50)]],
  ])('gives %i points back, those of the newest lot first', (amount, toLots) => {
    expect(movementBetween(hold('committed'), hold('committed', 0, amount))).toEqual({
      ...STILL,
      toLots,
      bookedPoints: amount,
    });
  });

  it('goes on where the refund before ended', () => {
    expect(movementBetween(hold('committed', 600, 20), hold('committed', 1_500, 80))).toEqual({
      toWallet: { paidAmount: 400, freeAmount: 500 },
      toLots: [share('a', 30), share('b', 30)],
      bookedFunds: { paidAmount: 400, freeAmount: 500 },
      bookedPoints: 60,
    });
  });

  it('is the rest when a paid order is undone after refunds', () => {
    expect(movementBetween(hold('committed', 1_500, 80), hold('released', 4_000, 150))).toEqual({
      toWallet: { paidAmount: 0, freeAmount: 2_500 },
      toLots: [share('a', 70)],
      bookedFunds: { paidAmount: 0, freeAmount: 2_500 },
      bookedPoints: 70,
    });
  });

  it('is nothing for a refusal and a tombstone', () => {
    expect(movementBetween(undefined, { ...hold('refused'), ...NOTHING })).toEqual(STILL);
    expect(movementBetween(undefined, { ...hold('released'), ...NOTHING })).toEqual(STILL);
  });
});

describe('refunds of a hold', () => {
  it('never sink: a late one of less changes nothing', () => {
    const before = hold('committed', 1_500, 80);
    expect(refundedUpTo(before, { walletAmount: 1_500, pointsAmount: 80 })).toBe(before);
    expect(refundedUpTo(before, { walletAmount: 900, pointsAmount: 0 })).toBe(before);
    expect(refundedUpTo(before, { walletAmount: 900, pointsAmount: 90 })).toEqual(
      hold('committed', 1_500, 90),
    );
  });

  it('end with everything that was taken', () => {
    expect(refundedWhole(hold('committed', 1, 1))).toEqual(hold('committed', 4_000, 150));
    expect(() => refundedUpTo(hold('committed'), { walletAmount: 4_001, pointsAmount: 0 })).toThrow(
      'more than it has taken',
    );
    expect(() => refundedUpTo(hold('committed'), { walletAmount: 0, pointsAmount: 151 })).toThrow(
      'more than it has taken',
    );
  });
});
