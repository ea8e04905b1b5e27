import type { Clock } from '../../../platform/clock/clock.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { createFollowChanges } from '../follow-changes.ts';
import type { OrderNews } from '../order-news.ts';
import type { OrderState } from '../order.rules.ts';
import type { OrderView } from './order-view.ts';
import type { ShowOrders } from './show-orders.ts';

/** The order now, and again whenever it has changed, until nothing can change any more. */
export type FollowOrder = (
  orderId: Id,
  memberId: Id,
  signal: AbortSignal,
) => AsyncGenerator<OrderView>;

const LAST_STATES: readonly OrderState[] = ['completed', 'cancelled', 'failed', 'expired'];

/** Money that a provider is asked for comes back within moments, as a rule. */
function isOwed({ refunds }: OrderView): boolean {
  return refunds.some(({ state }) => state === 'due');
}

/** Lets a member follow one of its orders. Throws `not_found` before the first view. */
export function createFollowOrder(parts: {
  showOrders: ShowOrders;
  news: OrderNews;
  clock: Clock;
}): FollowOrder {
  const followChanges = createFollowChanges(parts);

  return function followOrder(orderId, memberId, signal) {
    const order = {
      id: orderId,
      look: () => parts.showOrders.one(orderId, memberId),
      signOf: (view: OrderView) => JSON.stringify(view),
      isOver: (view: OrderView) => LAST_STATES.includes(view.state) && !isOwed(view),
    };
    return followChanges(order, signal);
  };
}
