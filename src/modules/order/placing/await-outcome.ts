import type { OrderNews, OrderOutcome } from '../order-news.ts';
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
    const asPlaced = { order, lines, payment: undefined, refunds: [], shortages: [] };
    if (order.state !== 'placed' || waitMs === 0) return orderView(asPlaced, timeZone);
    const outcome = placed.outcome ?? (await news.outcomeOf(order.id, waitMs));
    if (!outcome || hasMoreToShow(outcome)) return showOrders.one(order.id);
    const { shortages = [], ...changes } = outcome;
    return orderView({ ...asPlaced, order: { ...order, ...changes }, shortages }, timeZone);
  };
}

/** A provider's payment does; so does a refusal whose reasons were told of before the outcome. */
function hasMoreToShow({ state, failureCode, shortages }: OrderOutcome): boolean {
  return state === 'payment_due' || (failureCode === 'out_of_stock' && shortages === undefined);
}
