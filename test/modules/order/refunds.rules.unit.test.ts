import { describe, expect, it } from 'vitest';
import {
  nextRefundQuestion,
  totalsOf,
  unbookedOf,
  type KnownRefund,
} from '../../../src/modules/order/payments/refunds.rules.ts';

const refund = (
  id: string,
  amount: number,
  state: KnownRefund['state'] = 'done',
  means: KnownRefund['means'] = 'provider',
): KnownRefund => ({ id, amount, state, means });

/** A payment of 100 with these refunds, of which the provider shows some, and gave back so much. */
function unbooked(known: KnownRefund[], refundedAmount: number, seen: readonly string[] = []) {
  const booked = known.reduce((sum, { amount }) => sum + amount, 0);
  const refunds = known
    .filter(({ id }) => seen.includes(id))
    .map(({ id, amount }) => ({ refundId: id, amount }));
  return unbookedOf({ amount: 100, refundedAmount: booked }, known, { refundedAmount, refunds });
}

const nothing = { covered: [], shrunk: [], recordedAmount: 0, excessAmount: 0 };

describe('what went back without the shop', () => {
  it.each([
    ['is nothing when only own refunds did', [refund('a', 30)], 30, ['a']],
    ['is nothing while an own one is done and not noted yet', [refund('a', 30, 'due')], 30, ['a']],
    ['is nothing while an own one is not done', [refund('a', 30, 'due')], 0, []],
    ['is nothing when it is booked', [refund('a', 30, 'done', 'console')], 30, []],
  ] as const)('%s', (_, known, refundedAmount, seen) => {
    expect(unbooked([...known], refundedAmount, seen)).toEqual(nothing);
  });

  it('is what own refunds and what is booked do not explain', () => {
    const known = [refund('a', 30), refund('b', 10, 'done', 'console')];
    expect(unbooked(known, 55, ['a'])).toEqual({ ...nothing, recordedAmount: 15 });
  });

  it('settles what was refused first, wholly or in part', () => {
    const known = [refund('a', 20, 'refused'), refund('b', 20, 'refused')];
    expect(unbooked(known, 30)).toEqual({
      ...nothing,
      covered: ['a'],
      shrunk: [{ id: 'b', amount: 10 }],
      recordedAmount: 10,
    });
  });

  it('leaves what is due alone while there is enough for both', () => {
    expect(unbooked([refund('a', 40, 'due')], 60)).toEqual({ ...nothing, recordedAmount: 60 });
  });

  it.each([
    [70, { ...nothing, shrunk: [{ id: 'a', amount: 30 }], recordedAmount: 70 }],
    [100, { ...nothing, covered: ['a'], recordedAmount: 60 }],
  ])('settles what is due where there is not: %d of 100', (amount, expected) => {
    expect(unbooked([refund('a', 40, 'due')], amount)).toEqual(expected);
  });

  it('does not settle one that the provider has done itself', () => {
    const known = [refund('a', 40, 'due')];
    expect(unbooked(known, 100, ['a'])).toEqual({ ...nothing, recordedAmount: 60 });
  });

  it('may be more than there is room for', () => {
    const known = [refund('a', 40, 'done', 'other')];
    expect(unbooked(known, 100)).toEqual({ ...nothing, recordedAmount: 60, excessAmount: 40 });
  });
});

describe('refunds', () => {
  it('are asked for after seconds, minutes, and then each hour', () => {
    const pauses = [0, 1, 2, 3, 4, 100].map((asked) => nextRefundQuestion(asked, 0, 1).getTime());
    expect(pauses).toEqual([10_000, 60_000, 600_000, 1_800_000, 3_600_000, 3_600_000]);
  });

  it('are not asked for again while a question may be under way', () => {
    expect(nextRefundQuestion(0, 5, 30_000).getTime()).toBe(30_005);
  });

  it('are owed until they are done', () => {
    const all = [refund('a', 10), refund('b', 20, 'due'), refund('c', 30, 'refused')];
    expect(totalsOf(all)).toEqual({ doneAmount: 10, owedAmount: 50 });
  });
});
