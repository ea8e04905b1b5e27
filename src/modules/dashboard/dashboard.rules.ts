import type { BucketSize, TimeRange } from './calendar.rules.ts';

/** What was sold and undone in some time. Orders and units are counted, amounts are KRW. */
export type Sales = {
  paidOrders: number;
  paidAmount: number;
  soldUnits: number;
  cancelledOrders: number;
  cancelledAmount: number;
};

export const NO_SALES: Sales = {
  paidOrders: 0,
  paidAmount: 0,
  soldUnits: 0,
  cancelledOrders: 0,
  cancelledAmount: 0,
};

/** Sales that are booked at a moment, in milliseconds since 1970. */
export type Booking = Sales & { atMs: number };

const QUARTER_MS = 15 * 60_000;

/** Adds bookings up by the quarter of an hour (UTC) that they fall into, earliest first. */
export function sumByQuarter(bookings: readonly Booking[]): Booking[] {
  const quarters = new Map<number, Booking>();
  for (const { atMs, ...sales } of bookings) {
    const startMs = Math.floor(atMs / QUARTER_MS) * QUARTER_MS;
    const before = quarters.get(startMs);
    quarters.set(startMs, { atMs: startMs, ...(before ? addSales(before, sales) : sales) });
  }
  return [...quarters.values()].toSorted((a, b) => a.atMs - b.atMs);
}

function addSales(a: Sales, b: Sales): Sales {
  return {
    paidOrders: a.paidOrders + b.paidOrders,
    paidAmount: a.paidAmount + b.paidAmount,
    soldUnits: a.soldUnits + b.soldUnits,
    cancelledOrders: a.cancelledOrders + b.cancelledOrders,
    cancelledAmount: a.cancelledAmount + b.cancelledAmount,
  };
}

/** What stays in the shop. Below zero where more was given back than came in. */
export function netAmount(sales: Pick<Sales, 'paidAmount' | 'cancelledAmount'>): number {
  return sales.paidAmount - sales.cancelledAmount;
}

const DAY_MS = 86_400_000;

/** What one answer may hold: some 800 hours, 400 days or 120 months. */
const LONGEST_RANGE_DAYS: Record<BucketSize, number> = { hour: 32, day: 400, month: 3660 };

/** What is wrong with the end of a range; undefined when nothing is. */
export function faultOfRange({ fromMs, toMs }: TimeRange, by: BucketSize): string | undefined {
  if (toMs <= fromMs) return 'must be after from';
  const longest = LONGEST_RANGE_DAYS[by];
  // Rounded: where the clocks change, as many dates are an hour longer or shorter.
  const days = Math.round((toMs - fromMs) / DAY_MS);
  return days > longest ? `must be at most ${longest} days after from, by ${by}` : undefined;
}
