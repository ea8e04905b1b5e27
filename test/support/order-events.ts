import type { Consumer } from '../../src/platform/events/consumer.ts';
import type { EventDefinition, EventOf } from '../../src/platform/events/define-event.ts';
import { newId, type Id } from '../../src/platform/ids/id.ts';
import {
  orderCancelled,
  orderFailed,
  orderPaid,
  orderPlaced,
} from '../../src/modules/order/order.events.ts';
import type { TestShop } from './start-shop.ts';

export type TestEvent = EventOf<EventDefinition>;

/** An order as its events tell of it; there is no row of it anywhere. */
export type ToldOrder = {
  orderId: Id;
  memberId: Id;
  placedAt: Date;
  lines: { skuId: Id; productId: Id; quantity: number; unitPrice: number; lineAmount: number }[];
  walletAmount: number | null;
  coupon: { memberCouponId: Id; discountAmount: number; itemsAmount: number } | null;
};

/** An order that needs nothing but what is given. */
export function tellOrder(given: Partial<ToldOrder> = {}): ToldOrder {
  return {
    orderId: newId(),
    memberId: newId(),
    placedAt: new Date(),
    lines: [],
    walletAmount: null,
    coupon: null,
    ...given,
  };
}

export function lineOf(skuId: Id, quantity: number, unitPrice: number): ToldOrder['lines'][number] {
  return { skuId, productId: newId(), quantity, unitPrice, lineAmount: unitPrice * quantity };
}

export function placed({ placedAt, ...order }: ToldOrder): TestEvent {
  const payload = { ...order, placedAt: placedAt.toISOString() };
  return orderPlaced.read(orderPlaced.of(order.orderId, 1, payload));
}

export function paid(order: ToldOrder, paidAt = new Date()): TestEvent {
  const payload = {
    orderId: order.orderId,
    memberId: order.memberId,
    paidAt: paidAt.toISOString(),
    totalAmount: totalOf(order),
    memberCouponId: order.coupon?.memberCouponId ?? null,
    lines: order.lines,
  };
  return orderPaid.read(orderPaid.of(order.orderId, 2, payload));
}

export function failed({ orderId, coupon }: ToldOrder, failureCode = 'out_of_stock'): TestEvent {
  const payload = { orderId, failureCode, memberCouponId: coupon?.memberCouponId ?? null };
  return orderFailed.read(orderFailed.of(orderId, 2, payload));
}

/** @param paidAt when the order had been paid; null when it was cancelled before */
export function cancelled(
  order: ToldOrder,
  paidAt: Date | null,
  cancelledAt = new Date(),
): TestEvent {
  const payload = {
    orderId: order.orderId,
    memberId: order.memberId,
    cancelledAt: cancelledAt.toISOString(),
    paidAt: paidAt?.toISOString() ?? null,
    totalAmount: totalOf(order),
    memberCouponId: order.coupon?.memberCouponId ?? null,
    lines: order.lines,
  };
  return orderCancelled.read(orderCancelled.of(order.orderId, 3, payload));
}

function totalOf({ walletAmount, lines }: ToldOrder): number {
  return walletAmount ?? lines.reduce((sum, line) => sum + line.lineAmount, 0);
}

/** Hands events to a consumer in one transaction of the shop, as its lane does with a batch. */
export async function handle(
  { app }: TestShop,
  consumer: Consumer,
  events: readonly TestEvent[],
): Promise<void> {
  await app.backbone.inTransaction((tx) => consumer.handle(tx, events));
}
