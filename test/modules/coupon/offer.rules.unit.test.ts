import { describe, expect, it } from 'vitest';
import {
  faultsIn,
  faultsInChange,
  type Offer,
} from '../../../src/modules/coupon/offering/offer.rules.ts';

const now = new Date('2026-11-20T00:00:00.000Z');
const inMs = (ms: number) => new Date(now.getTime() + ms);

const fixed: Offer = {
  name: '3,000원 할인',
  kind: 'fixed_amount',
  amount: 3_000,
  minOrderAmount: 0,
  quantity: 10,
  opensAt: now,
  closesAt: inMs(1_000),
  validDays: 30,
};
const percentage: Offer = { ...fixed, kind: 'percentage', amount: undefined, percent: 10 };
const shipping: Offer = { ...fixed, kind: 'free_shipping', amount: undefined };

const paths = (offer: Offer) => faultsIn(offer, now).map((fault) => fault.path);

describe('an offer', () => {
  it.each([
    ['a fixed amount', fixed],
    ['a percentage', percentage],
    ['a percentage with a cap', { ...percentage, maxDiscountAmount: 5_000 }],
    ['free shipping', shipping],
    ['everything', { ...fixed, scope: { kind: 'all' } }],
    ['some types', { ...fixed, scope: { kind: 'types', ids: ['a'] } }],
    ['an expiry for all', { ...fixed, validDays: undefined, validUntil: inMs(5_000) }],
    ['an expiry before its end', { ...fixed, validDays: undefined, validUntil: inMs(500) }],
  ] as [string, Offer][])('may be of %s', (_what, offer) => {
    expect(faultsIn(offer, now)).toEqual([]);
  });

  it.each([
    ['no amount', { ...fixed, amount: undefined }, '/amount'],
    ['no percent', { ...percentage, percent: undefined }, '/percent'],
    ["another kind's amount", { ...shipping, amount: 1 }, '/amount'],
    ["another kind's percent", { ...fixed, percent: 1 }, '/percent'],
    ["another kind's cap", { ...fixed, maxDiscountAmount: 1 }, '/maxDiscountAmount'],
    ['a scope of no products', { ...fixed, scope: { kind: 'products', ids: [] } }, '/scope/ids'],
    ['a scope that says no types', { ...fixed, scope: { kind: 'types' } }, '/scope/ids'],
    ['ids of everything', { ...fixed, scope: { kind: 'all', ids: ['a'] } }, '/scope/ids'],
    ['no time', { ...fixed, closesAt: now }, '/closesAt'],
    ['a window that is reversed', { ...fixed, closesAt: inMs(-1) }, '/closesAt'],
    ['no validity', { ...fixed, validDays: undefined }, '/validDays'],
    ['two validities', { ...fixed, validUntil: inMs(5_000) }, '/validUntil'],
    ['an expiry in the past', { ...fixed, validDays: undefined, validUntil: now }, '/validUntil'],
    [
      'an expiry before its opening',
      { ...fixed, opensAt: inMs(500), validDays: undefined, validUntil: inMs(400) },
      '/validUntil',
    ],
  ] as [string, Offer, string][])('of %s is refused, and the place named', (_what, offer, path) => {
    expect(paths(offer)).toEqual([path]);
  });

  it('is told everything that is wrong at once', () => {
    expect(paths({ ...percentage, percent: undefined, amount: 1, closesAt: now })).toEqual([
      '/amount',
      '/percent',
      '/closesAt',
    ]);
  });
});

describe('a change of an offer', () => {
  const before = { quantity: 10, opensAt: now };

  it('may raise the quantity and move the end, also to the past', () => {
    expect(faultsInChange(before, { quantity: 10, closesAt: inMs(1), name: 'x' })).toEqual([]);
    expect(faultsInChange(before, { quantity: 11 })).toEqual([]);
  });

  it('may not take units away, nor end before the opening', () => {
    expect(faultsInChange(before, { quantity: 9, closesAt: now })).toMatchObject([
      { path: '/quantity' },
      { path: '/closesAt' },
    ]);
  });
});
