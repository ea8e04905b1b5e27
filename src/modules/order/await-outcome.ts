import type { Database } from '../../platform/database/database.ts';
import { notFound } from '../../platform/errors/problem.ts';
import type { Id } from '../../platform/ids/id.ts';
import type { OrderOutcomes } from './order-outcomes.ts';
import { orderView, type OrderView } from './order-view.ts';
import { findOrder } from './order.store.ts';
import type { Placed } from './place-order.ts';

export type AwaitOutcome = (placed: Placed, waitMs: number) => Promise<OrderView>;

/**
 * The order as it is once it is decided, or after `waitMs` as it is then. What this process decides
 * is heard from memory, so the usual answer needs no further query.
 */
export function createAwaitOutcome(parts: {
  database: Database;
  outcomes: OrderOutcomes;
  timeZone: string;
}): AwaitOutcome {
  const { database, outcomes, timeZone } = parts;

  return async function awaitOutcome(placed, waitMs) {
    if (!placed.replayed) {
      const { order, lines } = placed.draft;
      if (order.state !== 'placed' || waitMs === 0) return orderView(order, lines, timeZone);
      const outcome = await outcomes.wait(order.id, waitMs);
      if (outcome) return orderView({ ...order, ...outcome }, lines, timeZone);
      return readView(order.id);
    }
    // The first request may be waiting in this process at this moment; this one asks the database.
    return readView(placed.orderId);
  };

  async function readView(orderId: Id): Promise<OrderView> {
    const found = await findOrder(database, orderId);
    if (!found) throw notFound('There is no such order');
    return orderView(found.order, found.lines, timeZone);
  }
}
