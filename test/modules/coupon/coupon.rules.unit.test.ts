import { describe, expect, it } from 'vitest';
import { discountOn } from '../../../src/modules/coupon/coupon.events.ts';
import {
  expiryOf,
  mayUse,
  windowOf,
  type MemberCouponFacts,
} from '../../../src/modules/coupon/coupon.rules.ts';

const NOW = Date.parse('2026-11-20T00:00:00.000Z');

describe("a coupon's window", () => {
  const coupon = { opensAtMs: NOW, closesAtMs: NOW + 1_000 };

  it.each([
    [-1, 'upcoming'],
    [0, 'open'],
    [999, 'open'],
    [1_000, 'closed'],
  ] as const)('%i ms after its opening is %s', (afterMs, expected) => {
    expect(windowOf(coupon, NOW + afterMs)).toBe(expected);
  });

  it('lets a coupon expire whole days after its issue', () => {
    expect(new Date(expiryOf(30, NOW)).toISOString()).toBe('2026-12-20T00:00:00.000Z');
  });
});

describe('what a coupon takes off', () => {
  const coupon = { kind: 'fixed_amount', discountAmount: 3_000, minOrderAmount: 10_000 } as const;

  it.each([
    [9_999, 0],
    [10_000, 3_000],
    [1_000_000_000_000, 3_000],
  ])('items of %i: %i', (itemsAmount, discount) => {
    expect(discountOn(itemsAmount, coupon)).toBe(discount);
  });

  it('is never more than the items cost', () => {
    const generous = { ...coupon, minOrderAmount: 0 };
    expect([0, 1, 2_999, 3_000, 3_001].map((amount) => discountOn(amount, generous))).toEqual([
      0, 1, 2_999, 3_000, 3_000,
    ]);
  });
});

describe('a coupon in an order', () => {
  const use = { memberId: 'member', discountAmount: 3_000, placedAtMs: NOW };
  const coupon: MemberCouponFacts = { memberId: 'member', state: 'issued', expiresAtMs: NOW + 1 };

  it('counts until the last millisecond before it expires', () => {
    expect(mayUse(use, coupon, 3_000)).toBe(true);
    expect(mayUse(use, { ...coupon, expiresAtMs: NOW }, 3_000)).toBe(false);
    expect(mayUse(use, { ...coupon, expiresAtMs: NOW - 1_000 }, 3_000)).toBe(false);
  });

  it.each(['held', 'used', 'expired'] as const)('does not count when it is %s', (state) => {
    expect(mayUse(use, { ...coupon, state }, 3_000)).toBe(false);
  });

  it("does not count when it is another member's", () => {
    expect(mayUse({ ...use, memberId: 'thief' }, coupon, 3_000)).toBe(false);
  });

  it('does not count for another discount than the coupon gives, more or less', () => {
    expect(mayUse(use, coupon, 2_999)).toBe(false);
    expect(mayUse(use, coupon, 3_001)).toBe(false);
  });

  it('is not used up for nothing', () => {
    expect(mayUse({ ...use, discountAmount: 0 }, coupon, 0)).toBe(false);
  });
});
