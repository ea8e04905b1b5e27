import { describe, expect, test } from 'vitest';
import {
  faultOfRange,
  netAmount,
  NO_SALES,
  sumByQuarter,
} from '../../../src/modules/dashboard/dashboard.rules.ts';

const DAY_MS = 86_400_000;

const sale = (at: string, paidAmount: number, soldUnits: number) => ({
  ...NO_SALES,
  atMs: Date.parse(at),
  paidOrders: 1,
  paidAmount,
  soldUnits,
});

describe('sales by quarters of an hour', () => {
  test('add up what falls into one quarter, its first millisecond included', () => {
    const cancelled = { ...NO_SALES, cancelledOrders: 1, cancelledAmount: 500 };
    expect(
      sumByQuarter([
        sale('2026-11-20T09:15:00.000Z', 1000, 1),
        { ...cancelled, atMs: Date.parse('2026-11-20T09:20:00.000Z') },
        sale('2026-11-20T09:29:59.999Z', 2000, 3),
      ]),
    ).toEqual([
      {
        atMs: Date.parse('2026-11-20T09:15:00.000Z'),
        paidOrders: 2,
        paidAmount: 3000,
        soldUnits: 4,
        cancelledOrders: 1,
        cancelledAmount: 500,
      },
    ]);
  });

  test('come in the order of time, whatever the order of the sales', () => {
    const bookings = ['11:00', '09:00', '10:00'].map((time) => sale(`2026-11-20T${time}Z`, 1, 1));
    const forwards = sumByQuarter(bookings);
    expect(forwards.map(({ atMs }) => new Date(atMs).getUTCHours())).toEqual([9, 10, 11]);
    expect(sumByQuarter(bookings.toReversed())).toEqual(forwards);
  });

  test('are none without sales', () => {
    expect(sumByQuarter([])).toEqual([]);
  });
});

test('the net amount falls below zero when more goes back than comes in', () => {
  expect(netAmount({ paidAmount: 1000, cancelledAmount: 3000 })).toBe(-2000);
});

describe('a range of sales', () => {
  test('must not be empty or reversed', () => {
    expect(faultOfRange({ fromMs: 5, toMs: 5 }, 'day')).toBe('must be after from');
    expect(faultOfRange({ fromMs: 6, toMs: 5 }, 'day')).toBe('must be after from');
  });

  test.each([
    ['hour', 32],
    ['day', 400],
    ['month', 3660],
  ] as const)('by %s is at most %i days long', (by, days) => {
    expect(faultOfRange({ fromMs: 0, toMs: days * DAY_MS }, by)).toBeUndefined();
    expect(faultOfRange({ fromMs: 0, toMs: (days + 1) * DAY_MS }, by)).toContain(String(days));
  });

  test('may be an hour longer where the clocks go back', () => {
    expect(faultOfRange({ fromMs: 0, toMs: 32 * DAY_MS + 3_600_000 }, 'hour')).toBeUndefined();
  });
});
