import { isoMoment } from '../../../platform/clock/iso-moment.ts';
import { impossible } from '../../../platform/errors/impossible.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { OrderRow } from '../order.store.ts';
import { taxPartsOf } from '../placing/pricing.rules.ts';
import { saleRuleOf } from '../placing/quote.ts';
import { orderNumber } from './order-number.ts';
import type { FoundOrder } from './reading.store.ts';

/** An order as clients see it. */
export type OrderView = ReturnType<typeof orderView>;

/** @param timeZone the shop's, for the date in the order's number */
export function orderView({ order, lines, payment }: FoundOrder, timeZone: string) {
  return {
    id: order.id,
    orderNumber: orderNumber(order.id, order.placedAt, timeZone),
    state: order.state,
    failureCode: order.failureCode,
    lines: lines.map((line) => ({
      skuId: line.skuId,
      productId: line.productId,
      name: line.name,
      options: line.options,
      thumbnailUrl: line.thumbnailUrl,
      quantity: line.quantity,
      unitPrice: line.unitPrice,
      saleRule: order.flashSaleId === null ? saleRuleOf(line) : flashRuleOf(order.flashSaleId),
      lineAmount: line.lineAmount,
      couponShareAmount: line.couponShare,
      pointsShareAmount: line.pointsShare,
      cancelledQuantity: line.cancelledQuantity,
      returnedQuantity: line.returnedQuantity,
    })),
    itemsAmount: order.itemsAmount,
    couponAmount: order.couponAmount,
    pointsAmount: order.pointsAmount,
    shippingAmount: order.shippingAmount,
    totalAmount: order.totalAmount,
    ...taxPartsOf(lines, order.shippingAmount),
    refundedAmount: order.refundedAmount,
    refundedPointsAmount: order.refundedPointsAmount,
    memberCouponId: order.memberCouponId,
    payment: {
      method: order.paymentMethod,
      state: paymentState(order),
      amount: order.totalAmount,
      dueAt: order.dueAt && isoMoment(order.dueAt),
      redirectUrl: order.state === 'payment_due' ? (payment?.redirectUrl ?? null) : null,
    },
    createdAt: isoMoment(order.placedAt),
    paidAt: order.paidAt && isoMoment(order.paidAt),
    cancelledAt: order.cancelledAt && isoMoment(order.cancelledAt),
  };
}

type PaymentStateShown = 'pending' | 'paid' | 'partially_refunded' | 'refunded' | 'none';

function paymentState(order: OrderRow): PaymentStateShown {
  switch (order.state) {
    case 'placed':
    case 'payment_due':
    case 'confirming':
      return 'pending';
    case 'paid':
    case 'preparing':
    case 'shipped':
    case 'delivered':
    case 'completed':
      return order.refundedAmount > 0 || order.refundedPointsAmount > 0
        ? 'partially_refunded'
        : 'paid';
    case 'cancelled':
      return order.paidAt ? 'refunded' : 'none';
    case 'failed':
    case 'expired':
      return 'none';
    default:
      return impossible(order.state);
  }
}

/** What a list shows of an order. */
export type OrderSummary = { id: Id } & Pick<
  OrderView,
  'orderNumber' | 'state' | 'failureCode' | 'totalAmount' | 'createdAt'
>;

export function orderSummary(order: OrderRow, timeZone: string): OrderSummary {
  return {
    id: order.id,
    orderNumber: orderNumber(order.id, order.placedAt, timeZone),
    state: order.state,
    failureCode: order.failureCode,
    totalAmount: order.totalAmount,
    createdAt: isoMoment(order.placedAt),
  };
}

/** A flash sale has a price of its own, which has nothing to do with the product's discount. */
function flashRuleOf(flashSaleId: Id) {
  return { kind: 'flash_sale' as const, flashSaleId };
}
