import { describe, expect, it } from 'vitest';
import {
  decide,
  failureReasonOf,
  type Answer,
  type FailureCode,
} from '../../../src/modules/order/order.rules.ts';

const decideOn = (stock: Answer, funds: Answer, coupon: Answer) =>
  decide({ stock, funds, coupon }, false);

describe('the answers of the participants', () => {
  const ANSWERS: readonly Answer[] = ['not_needed', 'awaited', 'held'];

  it('decide nothing while one is awaited, refusals or not', () => {
    for (const other of [...ANSWERS, 'out_of_stock', 'payment_declined'] as const) {
      expect(decideOn('awaited', other, other)).toEqual({ state: 'placed' });
      expect(decideOn(other, 'awaited', other)).toEqual({ state: 'placed' });
      expect(decideOn(other, other, 'awaited')).toEqual({ state: 'placed' });
    }
  });

  it('pay the order when all that is needed is held', () => {
    expect(decideOn('held', 'held', 'held')).toEqual({ state: 'paid' });
    expect(decideOn('held', 'held', 'not_needed')).toEqual({ state: 'paid' });
  });

  it('have the payment fall due when a provider is to take it', () => {
    const held = { stock: 'held', funds: 'not_needed', coupon: 'held' } as const;
    expect(decide(held, true)).toEqual({ state: 'payment_due' });
    expect(decide({ ...held, coupon: 'coupon_rejected' }, true)).toMatchObject({ state: 'failed' });
  });

  it.each([
    ['out_of_stock', 'payment_declined', 'coupon_rejected', 'out_of_stock'],
    ['price_changed', 'payment_declined', 'coupon_rejected', 'price_changed'],
    ['held', 'payment_declined', 'coupon_rejected', 'coupon_rejected'],
    ['held', 'points_insufficient', 'held', 'points_insufficient'],
    ['held', 'payment_declined', 'not_needed', 'payment_declined'],
    ['held', 'payment_declined', 'coupon_without_benefit', 'coupon_rejected'],
  ] as const)('%s, %s, %s fail it with %s', (stock, funds, coupon, failureCode: FailureCode) => {
    expect(decideOn(stock, funds, coupon)).toEqual({ state: 'failed', failureCode });
  });
});

describe('why an order failed', () => {
  it.each([
    ['coupon_rejected', 'not_needed', 'coupon_without_benefit', 'coupon_without_benefit'],
    ['coupon_rejected', 'payment_declined', 'coupon_rejected', null],
    ['payment_declined', 'payment_declined', 'held', 'insufficient_funds'],
    // A provider declined: user was not asked, or held the points.
    ['payment_declined', 'not_needed', 'not_needed', null],
    ['payment_declined', 'held', 'held', null],
    ['out_of_stock', 'payment_declined', 'held', null],
    ['points_insufficient', 'points_insufficient', 'held', null],
    ['placement_timeout', 'awaited', 'awaited', null],
    [null, 'held', 'held', null],
  ] as const)('%s, with funds %s and coupon %s: %s', (failureCode, funds, coupon, reason) => {
    const order = { failureCode, fundsAnswer: funds, couponAnswer: coupon };
    expect(failureReasonOf(order)).toBe(reason);
  });
});
