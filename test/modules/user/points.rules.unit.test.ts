import { describe, expect, it } from 'vitest';
import {
  daysLater,
  DEFAULT_VALID_DAYS,
  pointsFor,
  returnsBetween,
  spendable,
  sumOf,
} from '../../../src/modules/user/points/points.rules.ts';

const NOW = Date.parse('2026-05-01T00:00:00.000Z');

const lot = (id: string, remainingAmount: number, expiresAtMs = NOW + 1) => ({
  id,
  remainingAmount,
  expiresAtMs,
});
const share = (lotId: string, amount: number) => ({ lotId, amount });

describe('the expiry of granted points', () => {
  it('is a year later when nothing else is said', () => {
    expect(new Date(daysLater(NOW, DEFAULT_VALID_DAYS)).toISOString()).toBe(
      '2027-05-01T00:00:00.000Z',
    );
  });
});

describe('what can be spent', () => {
  it('is what is left of the lots, the oldest first, however they were read', () => {
    const lots = [lot('c', 30), lot('a', 10), lot('b', 20)];
    expect(spendable(lots, NOW)).toEqual([share('a', 10), share('b', 20), share('c', 30)]);
  });

  it('leaves out what expires at this very moment, and what has nothing left', () => {
    const lots = [lot('a', 10, NOW), lot('b', 20, NOW + 1), lot('c', 0)];
    expect(spendable(lots, NOW)).toEqual([share('b', 20)]);
  });
});

describe('spending points', () => {
  const shares = [share('a', 10), share('b', 20), share('c', 30)];

  it.each([
    [0, []],
    [9, [share('a', 9)]],
    [10, [share('a', 10)]],
    [11, [share('a', 10), share('b', 1)]],
    [60, shares],
  ])('takes %i from the oldest lots', (amount, taken) => {
    expect(pointsFor(amount, shares)).toEqual(taken);
  });

  it('takes no part of an amount that is not covered', () => {
    expect(pointsFor(61, shares)).toBeUndefined();
    expect(pointsFor(1, [])).toBeUndefined();
  });

  it('takes exactly the amount, whatever it is', () => {
    for (let amount = 0; amount <= 60; amount += 1) {
      expect(sumOf(pointsFor(amount, shares) ?? [])).toBe(amount);
    }
  });
});

describe('what lots get back', () => {
  it('is the difference, lot by lot, and nothing of those that stay as they are', () => {
    const before = [share('a', 10), share('b', 20), share('c', 5)];
    expect(returnsBetween(before, [share('a', 10), share('b', 8)])).toEqual([
      share('b', 12),
      share('c', 5),
    ]);
  });

  it('is below zero for points that are taken now', () => {
    expect(returnsBetween([], [share('a', 10)])).toEqual([share('a', -10)]);
    expect(returnsBetween([share('a', 4)], [share('a', 10)])).toEqual([share('a', -6)]);
  });

  it('is nothing when nothing changes', () => {
    expect(returnsBetween([share('a', 4)], [share('a', 4)])).toEqual([]);
  });
});
