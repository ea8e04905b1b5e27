import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import { recordEvents } from '../../../platform/events/record-events.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { giveBackToCarts } from '../cart/give-back-to-carts.ts';
import { orderExpired } from '../order.events.ts';
import type { OrderNews } from '../order-news.ts';
import { dropDeadlines } from '../order.store.ts';
import { expiryOf, isWaiting } from './expiry.rules.ts';
import { lockExpirableOrders, markExpired, readOverdueOrders } from './expiry.store.ts';

export type ExpireOrders = () => Promise<void>;

/**
 * Ends the orders that were neither decided nor paid in time. Whoever holds something for them
 * releases it upon the event; their carts have their lines again. An order whose confirmation is under way is left alone until the
 * provider has had its time. Every instance may run it at once: orders are judged under their lock.
 */
export function createExpireOrders(parts: {
  database: Database;
  inTransaction: InTransaction;
  clock: Clock;
  news: OrderNews;
}): ExpireOrders {
  const { database, inTransaction, clock, news } = parts;

  return async function expireOrders() {
    await expire(await readOverdueOrders(database, clock.now()));
  };

  async function expire(ids: readonly Id[]): Promise<void> {
    if (ids.length === 0) return;
    const now = clock.now();
    await inTransaction(async (tx) => {
      const orders = await lockExpirableOrders(tx, ids);
      const expired = orders.flatMap((order) => {
        const failureCode = expiryOf(order, now);
        return failureCode === undefined ? [] : [{ ...order, failureCode }];
      });
      if (expired.length > 0) await markExpired(tx, expired);
      const settled = orders.filter((order) => !isWaiting(order, now));
      if (settled.length > 0) {
        await dropDeadlines(
          tx,
          settled.map((order) => order.id),
        );
      }
      await giveBackToCarts(tx, expired, now);
      for (const { id: orderId, version, memberCouponId, failureCode } of expired) {
        const payload = { orderId, failureCode, memberCouponId };
        recordEvents(tx, orderExpired.of(orderId, version + 1, payload));
      }
      tx.afterCommit(() => {
        for (const { id, version, failureCode } of expired) {
          const outcome = { state: 'expired', failureCode, dueAt: null, paidAt: null } as const;
          news.tellOutcome(id, { ...outcome, version: version + 1 });
        }
      });
    });
  }
}
