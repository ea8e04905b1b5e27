import type { Clock } from '../../platform/clock/clock.ts';
import { notFound } from '../../platform/errors/problem.ts';
import { recordEvents } from '../../platform/events/record-events.ts';
import type { InTransaction } from '../../platform/events/transactions.ts';
import type { Id } from '../../platform/ids/id.ts';
import { cannotCancel } from './order.errors.ts';
import { orderCancelled } from './order.events.ts';
import { mayCancel } from './order.rules.ts';
import { lockOrder, markCancelled, readEventLines } from './order.store.ts';

export type CancelOrder = (request: { orderId: Id; memberId: Id; reason: string }) => Promise<void>;

/**
 * Undoes a whole order before it is shipped. The others give back what they hold or took when they
 * hear of it. Throws `not_found`, `order_not_cancellable`, `payment_in_progress`.
 */
export function createCancelOrder(parts: {
  inTransaction: InTransaction;
  clock: Clock;
}): CancelOrder {
  return async function cancelOrder({ orderId, memberId, reason }) {
    await parts.inTransaction(async (tx) => {
      const order = await lockOrder(tx, orderId, memberId);
      if (!order) throw notFound('There is no such order');
      if (!mayCancel(order.state)) throw cannotCancel(order.state);

      const cancelledAt = parts.clock.now();
      await markCancelled(tx, orderId, { cancelledAt, reason });
      const lines = await readEventLines(tx, [orderId]);
      recordEvents(
        tx,
        orderCancelled.of(orderId, order.version + 1, {
          orderId,
          memberId,
          cancelledAt: cancelledAt.toISOString(),
          paidAt: order.paidAt?.toISOString() ?? null,
          totalAmount: order.totalAmount,
          memberCouponId: order.memberCouponId,
          lines: lines.get(orderId) ?? [],
        }),
      );
    });
  };
}
