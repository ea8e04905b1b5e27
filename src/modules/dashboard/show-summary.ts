import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import { dayOf, type WallClock } from './calendar.rules.ts';
import { readSales } from './dashboard.store.ts';
import { salesView } from './list-sales.ts';

export type ShowSummary = ReturnType<typeof createShowSummary>;

/** Today so far: the day that the clocks of the shop's time zone show. */
export function createShowSummary(parts: {
  database: Database;
  clock: Clock;
  wallClock: WallClock;
}) {
  const { database, clock, wallClock } = parts;

  return async function showSummary() {
    const now = clock.now();
    const today = dayOf(now.getTime(), wallClock);
    const sales = await readSales(database, [today]);
    return {
      day: today.label,
      from: new Date(today.fromMs).toISOString(),
      to: new Date(today.toMs).toISOString(),
      ...salesView(sales.get(0)),
      asOf: now.toISOString(),
    };
  };
}
