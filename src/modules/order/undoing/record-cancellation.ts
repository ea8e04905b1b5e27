import type { Transaction } from '../../../platform/database/transaction.ts';
import { recordEvents } from '../../../platform/events/record-events.ts';
import type { Krw } from '../../../platform/money/krw.ts';
import { orderCancelled, orderLinesCancelled } from '../order.events.ts';
import type { OrderLineRow, OrderRow } from '../order.store.ts';
import type { Cancellation } from './cancellation.rules.ts';

/** Tells the others what is undone: of the whole order, or of single lines. */
export function recordCancellation(
  tx: Transaction,
  told: {
    /** As it was before. */
    order: OrderRow;
    lines: readonly OrderLineRow[];
    plan: Cancellation;
    cancelledAt: Date;
    /** Money that this cancellation gives back. */
    amount: Krw;
  },
): void {
  const { order, lines, plan, cancelledAt, amount } = told;
  const { id: orderId, memberId, memberCouponId, paidAt } = order;
  const undone = {
    orderId,
    memberId,
    cancelledAt: cancelledAt.toISOString(),
    lines: lines.flatMap(({ skuId, productId, unitPrice }) => {
      const quantity = plan.now.get(skuId);
      if (quantity === undefined) return [];
      return [{ skuId, productId, quantity, unitPrice, lineAmount: unitPrice * quantity }];
    }),
  };
  const version = order.version + 1;
  if (plan.isWhole) {
    const payload = {
      ...undone,
      paidAt: paidAt?.toISOString() ?? null,
      // Before it is paid there is nothing to give back, and the whole is what is undone.
      totalAmount: paidAt === null ? order.totalAmount : amount,
      memberCouponId,
    };
    recordEvents(tx, orderCancelled.of(orderId, version, payload));
    return;
  }
  if (paidAt === null) throw new Error(`single lines of ${orderId} are undone before it is paid`);
  const soFar = {
    lines: lines.map(({ skuId, cancelledQuantity }) => ({
      skuId,
      quantity: cancelledQuantity + (plan.now.get(skuId) ?? 0),
    })),
    walletAmount: order.paymentMethod === 'wallet' ? plan.refundedAmount : 0,
    pointsAmount: plan.refundedPointsAmount,
  };
  const payload = { ...undone, paidAt: paidAt.toISOString(), refundAmount: amount, soFar };
  recordEvents(tx, orderLinesCancelled.of(orderId, version, payload));
}
