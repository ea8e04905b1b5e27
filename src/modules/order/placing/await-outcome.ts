import type { OrderNews } from '../order-news.ts';
import type { OrderView } from '../reading/order-view.ts';
import { orderView } from '../reading/order-view.ts';
import type { ShowOrders } from '../reading/show-orders.ts';
import type { Placed } from './place-order.ts';

export type AwaitOutcome = (placed: Placed, waitMs: number) => Promise<OrderView>;

/**
 * The order as it is once it is decided, or after `waitMs` as it is then. What this process decides
 * is heard from memory, so the usual answer needs no further query.
 */
export function createAwaitOutcome(parts: {
  news: OrderNews;
  showOrders: ShowOrders;
  timeZone: string;
}): AwaitOutcome {
  const { news, showOrders, timeZone } = parts;

  return async function awaitOutcome(placed, waitMs) {
    // The first request may be waiting in this process at this moment; this one asks the database.
    if (placed.replayed) return showOrders.one(placed.orderId);

    const { order, lines } = placed.draft;
    const asPlaced = { order, lines, payment: undefined, refunds: [] };
    if (order.state !== 'placed' || waitMs === 0) return orderView(asPlaced, timeZone);
    const outcome = placed.outcome ?? (await news.outcomeOf(order.id, waitMs));
    // A provider's payment has more to show than the outcome says.
    if (outcome && outcome.state !== 'payment_due') {
      return orderView({ ...asPlaced, order: { ...order, ...outcome } }, timeZone);
    }
    return showOrders.one(order.id);
  };
}
