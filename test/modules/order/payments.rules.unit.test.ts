import { describe, expect, it } from 'vitest';
import type { OrderState } from '../../../src/modules/order/order.rules.ts';
import {
  isFinal,
  mayStillBePaid,
  nextQuestion,
  type PaymentState,
} from '../../../src/modules/order/payments/payments.rules.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SENT_MS = Date.UTC(2026, 10, 20);

describe('the next question about a payment', () => {
  it.each([
    [0, MINUTE_MS],
    [MINUTE_MS - 1, MINUTE_MS],
    [MINUTE_MS, 10 * MINUTE_MS],
    [10 * MINUTE_MS - 1, 10 * MINUTE_MS],
    [10 * MINUTE_MS, HOUR_MS],
    [HOUR_MS, 24 * HOUR_MS],
    [24 * HOUR_MS - 1, 24 * HOUR_MS],
  ])('%s ms after it was sent comes %s ms after', (afterMs, nextAfterMs) => {
    expect(nextQuestion(SENT_MS, SENT_MS + afterMs)).toEqual(new Date(SENT_MS + nextAfterMs));
  });

  it('does not depend on how many were asked: only the time counts', () => {
    const often = Array.from({ length: 50 }, () => nextQuestion(SENT_MS, SENT_MS + 1));
    expect(new Set(often.map(Number))).toEqual(new Set([SENT_MS + MINUTE_MS]));
  });

  it('is no more after a day', () => {
    expect(nextQuestion(SENT_MS, SENT_MS + 24 * HOUR_MS)).toBeUndefined();
    expect(nextQuestion(SENT_MS, SENT_MS + 48 * HOUR_MS)).toBeUndefined();
  });
});

describe('a payment', () => {
  it.each<[PaymentState, boolean]>([
    ['ready', false],
    ['confirming', false],
    ['abandoned', false],
    ['paid', true],
    ['declined', true],
  ])('that is %s has its final answer: %s', (state, isSo) => {
    expect(isFinal(state)).toBe(isSo);
  });

  it.each<[OrderState, boolean]>([
    ['placed', false],
    ['payment_due', true],
    ['confirming', true],
    ['paid', false],
    ['preparing', false],
    ['shipped', false],
    ['delivered', false],
    ['completed', false],
    ['cancelled', false],
    ['failed', false],
    ['expired', false],
  ])('still pays for an order that is %s: %s', (state, isSo) => {
    expect(mayStillBePaid(state)).toBe(isSo);
  });
});
