import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { OrderNews } from '../order-news.ts';
import type { AdmitTickets } from './admit-tickets.ts';
import { dueStep } from './flash-sales.rules.ts';
import { lockSales, readUnendedSales, updateCounters } from './flash-sales.store.ts';
import type { RefreshGate } from './refresh-gate.ts';
import { takeDueStep } from './take-due-step.ts';

export type SweepFlashSales = () => Promise<void>;

/** Steps of one sale in a row: a long line is closed in many. */
const MOST_STEPS = 100;

/**
 * Opens, closes and ends flash sales when it is time, and gives units to those in line if no event
 * did. Every instance may run it at once: what is due is judged again under the sale's lock.
 */
export function createSweepFlashSales(parts: {
  database: Database;
  inTransaction: InTransaction;
  clock: Clock;
  news: OrderNews;
  admitTickets: AdmitTickets;
  refreshGate: RefreshGate;
}): SweepFlashSales {
  const { database, inTransaction, clock, news, admitTickets, refreshGate } = parts;

  return async function sweepFlashSales() {
    const now = clock.now();
    for (const sale of await readUnendedSales(database)) {
      if (dueStep(sale, now) !== undefined) await advance(sale.id);
    }
  };

  async function advance(id: Id): Promise<void> {
    for (let steps = 0; steps < MOST_STEPS; steps += 1) {
      if (!(await takeStep(id))) return;
    }
  }

  /** @returns whether there may be more to do at once */
  function takeStep(id: Id): Promise<boolean> {
    return inTransaction(async (tx) => {
      const sale = (await lockSales(tx, [id])).get(id);
      const step = sale && dueStep(sale, clock.now());
      if (!sale || !step) return false;
      const taken = await takeDueStep(tx, sale, step, admitTickets);
      if (taken.sale !== sale) await updateCounters(tx, [taken.sale]);
      refreshGate.afterCommit(tx, sale, taken.sale);
      tx.afterCommit(() => taken.ticketIds.forEach((ticketId) => news.tellChange(ticketId)));
      return taken.hasMore;
    });
  }
}
