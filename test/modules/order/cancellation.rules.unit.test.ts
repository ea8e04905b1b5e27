import { describe, expect, it } from 'vitest';
import type { OrderState } from '../../../src/modules/order/order.rules.ts';
import {
  mayCancel,
  planCancellation,
  type BoughtLine,
  type Cancellation,
  type WantedLine,
} from '../../../src/modules/order/undoing/cancellation.rules.ts';

const line = (changes: Partial<BoughtLine> = {}): BoughtLine => ({
  skuId: 'a',
  quantity: 3,
  cancelledQuantity: 0,
  lineAmount: 30_000,
  couponShare: 0,
  pointsShare: 0,
  ...changes,
});

function plan(
  lines: readonly BoughtLine[],
  wanted: readonly WantedLine[] | undefined,
  paid = { totalAmount: 33_000, pointsAmount: 0 },
): Cancellation {
  const planned = planCancellation(lines, wanted, paid);
  if ('message' in planned) throw new Error(planned.message);
  return planned;
}

describe('cancelling', () => {
  it('is possible until the parcel is handed over, and while no payment is confirmed', () => {
    const states: readonly OrderState[] = [
      'placed',
      'payment_due',
      'confirming',
      'paid',
      'preparing',
      'shipped',
      'delivered',
      'completed',
      'cancelled',
      'failed',
      'expired',
    ];
    expect(states.filter(mayCancel)).toEqual(['placed', 'payment_due', 'paid', 'preparing']);
  });
});

describe('cancelling units', () => {
  it('gives back their part of the line, and nothing of the shipping', () => {
    expect(plan([line()], [{ skuId: 'a', quantity: 1 }])).toEqual({
      now: new Map([['a', 1]]),
      isWhole: false,
      refundedAmount: 10_000,
      refundedPointsAmount: 0,
    });
  });

  it('gives back their part less coupon and points, and the points as points', () => {
    const lines = [line({ couponShare: 3_000, pointsShare: 1_000 })];
    const planned = plan(lines, [{ skuId: 'a', quantity: 1 }]);
    expect(planned).toMatchObject({ refundedAmount: 8_666, refundedPointsAmount: 333 });
  });

  it('adds up to the whole line, in whatever steps', () => {
    const paid = { totalAmount: 99_999, pointsAmount: 1_000 };
    const other = line({ skuId: 'b', quantity: 1, lineAmount: 1 });
    const bought = line({ quantity: 7, lineAmount: 10_000, couponShare: 333, pointsShare: 1_000 });
    for (let undone = 0; undone < 7; undone += 1) {
      const planned = plan(
        [{ ...bought, cancelledQuantity: undone }, other],
        [{ skuId: 'a', quantity: 1 }],
        paid,
      );
      expect(planned.refundedAmount).toBe(Math.floor((8_667 * (undone + 1)) / 7));
      expect(planned.refundedPointsAmount).toBe(Math.floor((1_000 * (undone + 1)) / 7));
    }
  });

  it('gives everything back with the last one, shipping included', () => {
    const lines = [line({ cancelledQuantity: 2 }), line({ skuId: 'b', cancelledQuantity: 3 })];
    const paid = { totalAmount: 63_000, pointsAmount: 10 };
    const whole = { isWhole: true, refundedAmount: 63_000, refundedPointsAmount: 10 };
    expect(plan(lines, [{ skuId: 'a', quantity: 1 }], paid)).toMatchObject(whole);
    expect(plan(lines, undefined, paid)).toMatchObject({ ...whole, now: new Map([['a', 1]]) });
  });

  it('counts what is named twice together', () => {
    const twice = [
      { skuId: 'a', quantity: 1 },
      { skuId: 'a', quantity: 1 },
    ];
    expect(plan([line()], twice).now).toEqual(new Map([['a', 2]]));
  });

  it('is impossible for what is not there', () => {
    const paid = { totalAmount: 33_000, pointsAmount: 0 };
    const wish = (...wanted: WantedLine[]) =>
      planCancellation([line({ cancelledQuantity: 1 })], wanted, paid);
    expect(wish({ skuId: 'a', quantity: 3 })).toEqual({
      index: 0,
      message: 'is more than the 2 units left',
    });
    expect(wish({ skuId: 'a', quantity: 2 }, { skuId: 'a', quantity: 1 })).toMatchObject({
      index: 1,
    });
    expect(wish({ skuId: 'z', quantity: 1 })).toMatchObject({ message: 'is not in the order' });
  });
});
