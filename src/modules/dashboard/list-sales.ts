import type { Database } from '../../platform/database/database.ts';
import { invalidInput } from '../../platform/errors/validation-error.ts';
import { bucketsOf, momentOf, type BucketSize, type WallClock } from './calendar.rules.ts';
import { faultOfRange, netAmount, NO_SALES, type Sales } from './dashboard.rules.ts';
import { readSales } from './dashboard.store.ts';

/** `from` and `to` as they were sent: ISO 8601 moments, or dates of the shop's time zone. */
export type SalesRequest = { from: string; to: string; by: BucketSize };

export type ListSales = ReturnType<typeof createListSales>;

/**
 * The sales of a time, hour by hour, day by day or month by month: whole ones, also where the range
 * begins or ends in the middle of one, and those without sales too. Throws `validation_failed` for a
 * range that is reversed, too long, or not made of moments.
 */
export function createListSales(parts: { database: Database; wallClock: WallClock }) {
  const { database, wallClock } = parts;

  return async function listSales(request: SalesRequest) {
    const buckets = bucketsOf(rangeOf(request, wallClock), request.by, wallClock);
    const sales = await readSales(database, buckets);
    return {
      items: buckets.map(({ fromMs, label }, place) => ({
        start: new Date(fromMs).toISOString(),
        label,
        ...salesView(sales.get(place)),
      })),
    };
  };
}

function rangeOf({ from, to, by }: SalesRequest, clock: WallClock) {
  const range = { fromMs: momentIn('from', from, clock), toMs: momentIn('to', to, clock) };
  const fault = faultOfRange(range, by);
  if (fault !== undefined) throw invalidInput([{ path: '/querystring/to', message: fault }]);
  return range;
}

function momentIn(name: 'from' | 'to', text: string, clock: WallClock): number {
  const moment = momentOf(text, name, clock);
  if (moment !== undefined) return moment;
  const message = 'must be a date, or a moment with its offset, in the years 2000 to 2999';
  throw invalidInput([{ path: `/querystring/${name}`, message }]);
}

export function salesView(sales: Sales = NO_SALES) {
  return { ...sales, netAmount: netAmount(sales) };
}
