import { describe, expect, it } from 'vitest';
import type { OrderState } from '../../../src/modules/order/order.rules.ts';
import { expiryOf, isWaiting } from '../../../src/modules/order/undoing/expiry.rules.ts';

const NOW = new Date('2026-11-20T00:00:00.000Z');
const AGO = new Date(NOW.getTime() - 1);
const LATER = new Date(NOW.getTime() + 1);

describe('an order', () => {
  it.each([
    ['placed', AGO, 'placement_timeout'],
    ['placed', NOW, 'placement_timeout'],
    ['placed', null, 'placement_timeout'],
    ['payment_due', AGO, 'payment_timeout'],
    ['payment_due', NOW, 'payment_timeout'],
    ['confirming', AGO, 'payment_timeout'],
    ['confirming', NOW, 'payment_timeout'],
    // Whoever asks about them knows that they have lost their deadline.
    ['payment_due', null, 'payment_timeout'],
    ['confirming', null, 'payment_timeout'],
  ] as const)('that is %s with the deadline %s is over', (state, dueAt, failureCode) => {
    expect(expiryOf({ state, dueAt }, NOW)).toBe(failureCode);
  });

  it.each(['placed', 'payment_due', 'confirming'] as const)(
    'that is %s still has the millisecond before its deadline',
    (state) => expect(expiryOf({ state, dueAt: LATER }, NOW)).toBeUndefined(),
  );

  it.each<OrderState>([
    'paid',
    'preparing',
    'shipped',
    'delivered',
    'completed',
    'cancelled',
    'failed',
    'expired',
  ])('that is %s is decided, whatever deadline is left', (state) => {
    expect([AGO, NOW, LATER, null].map((dueAt) => expiryOf({ state, dueAt }, NOW))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('waits until its deadline, and not at it', () => {
    expect(isWaiting({ state: 'payment_due', dueAt: LATER }, NOW)).toBe(true);
    expect(isWaiting({ state: 'payment_due', dueAt: NOW }, NOW)).toBe(false);
    expect(isWaiting({ state: 'payment_due', dueAt: null }, NOW)).toBe(false);
  });
});
