import { isoMoment } from '../../../platform/clock/iso-moment.ts';
import { impossible } from '../../../platform/errors/impossible.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { failureReasonOf } from '../order.rules.ts';
import type { OrderRow } from '../order.store.ts';
import { totalsOf, type RefundTotals } from '../payments/refunds.rules.ts';
import type { Address } from '../placing/draft-order.ts';
import { taxPartsOf } from '../placing/pricing.rules.ts';
import { saleRuleOf } from '../placing/quote.ts';
import { orderNumber } from './order-number.ts';
import type { FoundOrder, ListedOrder } from './reading.store.ts';

/** An order as clients see it. */
export type OrderView = ReturnType<typeof orderView>;

/** @param timeZone the shop's, for the date in the order's number */
export function orderView(
  { order, lines, payment, refunds, shortages }: FoundOrder,
  timeZone: string,
) {
  const totals = moneyBack(order, refunds);
  return {
    id: order.id,
    orderNumber: orderNumber(order.id, order.placedAt, timeZone),
    state: order.state,
    failureCode: order.failureCode,
    failureReason: failureReasonOf(order),
    failureSkus: [...shortages],
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
    refundedAmount: totals.doneAmount,
    refundDueAmount: totals.owedAmount,
    refunds: refunds.map((refund) => ({
      id: refund.id,
      amount: refund.amount,
      state: refund.state,
      reason: refund.reason,
      createdAt: isoMoment(refund.createdAt),
      doneAt: refund.doneAt && isoMoment(refund.doneAt),
    })),
    refundedPointsAmount: order.refundedPointsAmount,
    memberCouponId: order.memberCouponId,
    address: addressOf(order.address),
    payment: {
      method: order.paymentMethod,
      state: paymentState(order, totals),
      amount: order.totalAmount,
      dueAt: order.dueAt && isoMoment(order.dueAt),
      redirectUrl: order.state === 'payment_due' ? (payment?.redirectUrl ?? null) : null,
    },
    createdAt: isoMoment(order.placedAt),
    paidAt: order.paidAt && isoMoment(order.paidAt),
    cancelledAt: order.cancelledAt && isoMoment(order.cancelledAt),
  };
}

/** The wallet gives back what it owes within moments, without a record of its own. */
function moneyBack(order: OrderRow, refunds: FoundOrder['refunds']): RefundTotals {
  return order.paymentMethod === 'wallet'
    ? { doneAmount: order.refundedAmount, owedAmount: 0 }
    : totalsOf(refunds);
}

type PaymentStateShown =
  | 'pending'
  | 'paid'
  | 'refund_due'
  | 'partially_refunded'
  | 'refunded'
  | 'none';

function paymentState(
  order: OrderRow,
  { doneAmount, owedAmount }: RefundTotals,
): PaymentStateShown {
  if (owedAmount > 0) return 'refund_due';
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
      if (doneAmount > 0 && doneAmount === order.totalAmount) return 'refunded';
      return doneAmount > 0 || order.refundedPointsAmount > 0 ? 'partially_refunded' : 'paid';
    case 'cancelled':
      return order.paidAt || doneAmount > 0 ? 'refunded' : 'none';
    case 'failed':
    case 'expired':
      return doneAmount > 0 ? 'refunded' : 'none';
    default:
      return impossible(order.state);
  }
}

/** Whom and where it goes to; null once that was erased, which leaves the column empty. */
function addressOf(stored: string): Address | null {
  return stored === '' ? null : (JSON.parse(stored) as Address);
}

/** What a list shows of an order. */
export type OrderSummary = ReturnType<typeof orderSummary>;

/** @param timeZone the shop's, for the date in the order's number */
export function orderSummary(order: ListedOrder, timeZone: string) {
  return {
    id: order.id,
    orderNumber: orderNumber(order.id, order.placedAt, timeZone),
    state: order.state,
    failureCode: order.failureCode,
    failureReason: failureReasonOf(order),
    firstLine: order.firstLine,
    lineCount: order.lineCount,
    totalAmount: order.totalAmount,
    createdAt: isoMoment(order.placedAt),
  };
}

/** A flash sale has a price of its own, which has nothing to do with the product's discount. */
function flashRuleOf(flashSaleId: Id) {
  return { kind: 'flash_sale' as const, flashSaleId };
}
