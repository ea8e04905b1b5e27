import { describe, expect, it } from 'vitest';
import {
  discounted,
  MAX_KRW,
  skuPrice,
  splitProportionally,
} from '../../../src/platform/money/krw.ts';
import { randomFrom } from '../../support/shuffle.ts';

const sum = (parts: readonly number[]) => parts.reduce((total, part) => total + part, 0);

describe('a price after its discount', () => {
  it.each([
    [10_000, 0, 10_000],
    [9_999, 33, 6_699],
    [1, 1, 0],
    [99, 50, 49],
    [12_345, 100, 0],
    [MAX_KRW, 1, 990_000_000_000],
    [MAX_KRW - 1, 99, 9_999_999_999],
  ])('of %i less %i %% is %i', (price, percent, expected) => {
    expect(discounted(price, percent)).toBe(expected);
  });

  it('takes the difference of a SKU after the discount, whole', () => {
    expect(skuPrice(10_000, 50, 1_000)).toBe(6_000);
    expect(skuPrice(10_000, 50, -1_000)).toBe(4_000);
  });
});

describe('splitting an amount in proportion', () => {
  it('gives what rounding leaves over to the last part that has a weight', () => {
    expect(splitProportionally(100, [1, 1, 1])).toEqual([33, 33, 34]);
    expect(splitProportionally(100, [1, 1, 1, 0])).toEqual([33, 33, 34, 0]);
    expect(splitProportionally(10, [0, 5, 5])).toEqual([0, 5, 5]);
  });

  it('gives nothing to parts without weight, and nothing at all without weights', () => {
    expect(splitProportionally(0, [3, 4])).toEqual([0, 0]);
    expect(splitProportionally(100, [0, 0])).toEqual([0, 0]);
    expect(splitProportionally(100, [])).toEqual([]);
  });

  it('stays exact where products exceed what a number holds exactly', () => {
    const parts = splitProportionally(MAX_KRW, [MAX_KRW, MAX_KRW - 1, 1]);
    expect(sum(parts)).toBe(MAX_KRW);
    expect(parts).toEqual([500_000_000_000, 499_999_999_999, 1]);
  });

  it('always adds up, and no part is off by as much as the number of parts', () => {
    const random = randomFrom(7);
    for (let round = 0; round < 2_000; round += 1) {
      const weights = Array.from({ length: 1 + Math.floor(random() * 8) }, () =>
        Math.floor(random() * 100_000),
      );
      const total = sum(weights);
      if (total === 0) continue;
      const amount = Math.floor(random() * 200_000);
      const parts = splitProportionally(amount, weights);
      expect(sum(parts)).toBe(amount);
      for (const [index, part] of parts.entries()) {
        const exact = (amount * (weights[index] ?? 0)) / total;
        expect(Math.abs(part - exact)).toBeLessThan(weights.length);
      }
    }
  });
});
