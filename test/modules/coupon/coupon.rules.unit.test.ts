import { describe, expect, it } from 'vitest';
import {
  claimableUntil,
  countChange,
  expiryOf,
  mayUse,
  normalCode,
  shownState,
  type CounterMove,
  type MemberCouponFacts,
} from '../../../src/modules/coupon/coupon.rules.ts';

const NOW = Date.parse('2026-11-20T00:00:00.000Z');
const now = new Date(NOW);
const later = new Date(NOW + 1_000);

describe("a coupon's times", () => {
  it('let it expire whole days after its issue, or at a moment that is the same for all', () => {
    expect(expiryOf({ validDays: 30, validUntil: null }, now).toISOString()).toBe(
      '2026-12-20T00:00:00.000Z',
    );
    expect(expiryOf({ validDays: null, validUntil: later }, now)).toEqual(later);
    expect(() => expiryOf({ validDays: null, validUntil: null }, now)).toThrow('how long');
  });

  it.each([
    ['its end', null, now],
    ['its expiry, when that is first', new Date(NOW - 1), new Date(NOW - 1)],
    ['its end, when the expiry is later', later, now],
  ])('let it be claimed until %s', (_what, validUntil, expected) => {
    expect(claimableUntil({ closesAt: now, validUntil })).toEqual(expected);
  });

  it.each([
    ['issued', 1, 'issued'],
    ['issued', 0, 'expired'],
    ['issued', -1, 'expired'],
    ['held', -1, 'held'],
    ['used', -1, 'used'],
    ['expired', -1, 'expired'],
  ] as const)('show a coupon that is %s and expires in %i ms as %s', (state, inMs, shown) => {
    expect(shownState({ state, expiresAtMs: NOW + inMs }, NOW)).toBe(shown);
  });
});

describe('a coupon in an order', () => {
  const due = { discountAmount: 3_000, freesShipping: false };
  const use = { memberId: 'member', ...due, placedAtMs: NOW };
  const coupon: MemberCouponFacts = { memberId: 'member', state: 'issued', expiresAtMs: NOW + 1 };

  it('counts until the last millisecond before it expires', () => {
    expect(mayUse(use, coupon, due)).toBe(true);
    expect(mayUse(use, { ...coupon, expiresAtMs: NOW }, due)).toBe(false);
    expect(mayUse(use, { ...coupon, expiresAtMs: NOW - 1_000 }, due)).toBe(false);
  });

  it('counts by the moment of the placement, also when it was booked as expired since', () => {
    expect(mayUse(use, { ...coupon, state: 'expired' }, due)).toBe(true);
    expect(mayUse({ ...use, placedAtMs: NOW + 1 }, { ...coupon, state: 'expired' }, due)).toBe(
      false,
    );
  });

  it.each(['held', 'used'] as const)('does not count when it is %s', (state) => {
    expect(mayUse(use, { ...coupon, state }, due)).toBe(false);
  });

  it("does not count when it is another member's", () => {
    expect(mayUse({ ...use, memberId: 'thief' }, coupon, due)).toBe(false);
  });

  it.each([
    ['less', { ...due, discountAmount: 2_999 }],
    ['more', { ...due, discountAmount: 3_001 }],
    ['free shipping', { ...due, freesShipping: true }],
  ])('does not count for another benefit than it gives: %s', (_what, wanted) => {
    expect(mayUse({ ...use, ...wanted }, coupon, due)).toBe(false);
  });

  it('is not used up for nothing, but is for free shipping alone', () => {
    const nothing = { discountAmount: 0, freesShipping: false };
    expect(mayUse({ ...use, ...nothing }, coupon, nothing)).toBe(false);
    const shipping = { discountAmount: 0, freesShipping: true };
    expect(mayUse({ ...use, ...shipping }, coupon, shipping)).toBe(true);
    expect(mayUse({ ...use, ...nothing }, coupon, shipping)).toBe(false);
    const both = { discountAmount: 3_000, freesShipping: true };
    expect(mayUse(use, coupon, both)).toBe(true);
  });
});

describe('the counters of a coupon', () => {
  it('follow the states; free ones are what is left', () => {
    const moves = new Map<string, CounterMove>();
    countChange(moves, 'a', 'issued', 'held');
    countChange(moves, 'a', 'expired', 'held');
    countChange(moves, 'a', 'held', 'used');
    countChange(moves, 'b', 'issued', 'expired');
    countChange(moves, 'b', 'used', 'issued');
    expect([...moves]).toEqual([
      ['a', { held: 1, used: 1, expired: -1 }],
      ['b', { held: 0, used: -1, expired: 1 }],
    ]);
  });
});

it('compares codes without regard to capital letters', () => {
  expect(normalCode('Welcome-2026_봄')).toBe('WELCOME-2026_봄');
});
