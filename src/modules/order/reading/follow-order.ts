import type { Clock } from '../../../platform/clock/clock.ts';
import type { Id } from '../../../platform/ids/id.ts';
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

/** What another instance does is not heard from memory: the database is asked as often as this. */
const LOOK_MS = 2000;
/** A follower's token is worth no longer than this; it comes back with a new one. */
const LONGEST_MS = 15 * 60_000;

const LAST_STATES: readonly OrderState[] = ['completed', 'cancelled', 'failed', 'expired'];

/** Lets a member follow one of its orders. Throws `not_found` before the first view. */
export function createFollowOrder(parts: {
  showOrders: ShowOrders;
  news: OrderNews;
  clock: Clock;
}): FollowOrder {
  const { showOrders, news, clock } = parts;

  return async function* followOrder(orderId, memberId, signal) {
    const endsAtMs = clock.nowMs() + LONGEST_MS;
    let shown = '';
    while (!signal.aborted && clock.nowMs() < endsAtMs) {
      // Listened for before the look: a change in between is not missed.
      const changed = nextChange(orderId, signal);
      const view = await showOrders.one(orderId, memberId);
      const text = JSON.stringify(view);
      if (text !== shown) yield view;
      shown = text;
      if (LAST_STATES.includes(view.state)) return;
      await changed;
    }
  };

  /** Resolves when the order may have changed, or the follower has gone. */
  function nextChange(orderId: Id, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        stopFollowing();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, LOOK_MS);
      const stopFollowing = news.follow(orderId, done);
      signal.addEventListener('abort', done);
    });
  }
}
