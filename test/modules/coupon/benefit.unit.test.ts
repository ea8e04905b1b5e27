import { describe, expect, it } from 'vitest';
import { benefitOf, type CouponTerms } from '../../../src/modules/coupon/coupon.events.ts';

const fixed: CouponTerms = {
  kind: 'fixed_amount',
  discountAmount: 3_000,
  percent: 0,
  maxDiscountAmount: null,
  minOrderAmount: 10_000,
  scope: { kind: 'all', ids: [] },
};
const percentage: CouponTerms = { ...fixed, kind: 'percentage', discountAmount: 0, percent: 15 };
const shipping: CouponTerms = { ...fixed, kind: 'free_shipping', discountAmount: 0 };

const line = (lineAmount: number, productId = 'p', typeId: string | null = 't') => ({
  productId,
  typeId,
  lineAmount,
});
const discount = (amount: number, terms: CouponTerms) =>
  benefitOf([line(amount)], terms).discountAmount;

describe('what a coupon takes off', () => {
  it.each([
    [9_999, 0],
    [10_000, 3_000],
    [1_000_000_000_000, 3_000],
  ])('items of %i: %i', (amount, expected) => {
    expect(discount(amount, fixed)).toBe(expected);
  });

  it('is never more than the items cost', () => {
    const generous = { ...fixed, minOrderAmount: 0 };
    expect([1, 2_999, 3_000, 3_001].map((amount) => discount(amount, generous))).toEqual([
      1, 2_999, 3_000, 3_000,
    ]);
  });

  it('is a part of the items, rounded down to a won, up to its cap', () => {
    expect(discount(10_001, percentage)).toBe(1_500);
    expect(discount(19_999, percentage)).toBe(2_999);
    expect(discount(1_000_000_000_000, percentage)).toBe(150_000_000_000);
    expect(discount(100_000, { ...percentage, maxDiscountAmount: 5_000 })).toBe(5_000);
    expect(discount(10_000, { ...percentage, percent: 100 })).toBe(10_000);
  });

  it('is the shipping alone, from the minimum on', () => {
    expect(benefitOf([line(10_000)], shipping)).toEqual({
      discountAmount: 0,
      freesShipping: true,
      covered: [true],
    });
    expect(benefitOf([line(9_999)], shipping)).toMatchObject({ freesShipping: false });
  });
});

describe('the scope of a coupon', () => {
  const lines = [line(6_000, 'a', 'candle'), line(7_000, 'b', 'soap'), line(5_000, 'c', null)];

  it('counts only the lines that it covers, for the minimum as for the discount', () => {
    const soap = { ...percentage, scope: { kind: 'types' as const, ids: ['soap'] } };
    expect(benefitOf(lines, { ...soap, minOrderAmount: 7_000 })).toEqual({
      discountAmount: 1_050,
      freesShipping: false,
      covered: [false, true, false],
    });
    expect(benefitOf(lines, { ...soap, minOrderAmount: 7_001 })).toEqual({
      discountAmount: 0,
      freesShipping: false,
      covered: [false, false, false],
    });
  });

  it('names products, or types; a line whose type is not known is of none', () => {
    const some = { ...fixed, scope: { kind: 'products' as const, ids: ['a', 'c'] } };
    expect(benefitOf(lines, some).covered).toEqual([true, false, true]);
    const none = { ...fixed, minOrderAmount: 0, scope: { kind: 'types' as const, ids: ['null'] } };
    expect(benefitOf(lines, none)).toMatchObject({
      discountAmount: 0,
      covered: [false, false, false],
    });
  });
});
