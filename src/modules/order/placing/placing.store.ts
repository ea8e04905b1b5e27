import { insertInto } from '../../../platform/database/insert-into.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { UnitOfWork } from '../../../platform/database/unit-of-work.ts';
import { idToBytes, type Id } from '../../../platform/ids/id.ts';
import { setDeadlines, type OrderLineRow, type OrderRow } from '../order.store.ts';

const insertRows = insertInto<OrderRow>('order_orders', {
  id: (order) => idToBytes(order.id),
  member_id: (order) => idToBytes(order.memberId),
  state: (order) => order.state,
  failure_code: (order) => order.failureCode,
  payment_method: (order) => order.paymentMethod,
  items_amount: (order) => order.itemsAmount,
  coupon_amount: (order) => order.couponAmount,
  points_amount: (order) => order.pointsAmount,
  shipping_amount: (order) => order.shippingAmount,
  total_amount: (order) => order.totalAmount,
  member_coupon_id: (order) => order.memberCouponId && idToBytes(order.memberCouponId),
  cart_id: (order) => order.cartId && idToBytes(order.cartId),
  flash_sale_id: (order) => order.flashSaleId && idToBytes(order.flashSaleId),
  address: (order) => order.address,
  stock_answer: (order) => order.stockAnswer,
  funds_answer: (order) => order.fundsAnswer,
  coupon_answer: (order) => order.couponAnswer,
  version: (order) => order.version,
  placed_at: (order) => order.placedAt,
  due_at: (order) => order.dueAt,
  paid_at: (order) => order.paidAt,
});

const insertLines = insertInto<OrderLineRow>('order_lines', {
  order_id: (line) => idToBytes(line.orderId),
  line_number: (line) => line.lineNumber,
  sku_id: (line) => idToBytes(line.skuId),
  product_id: (line) => idToBytes(line.productId),
  name: (line) => line.name,
  options: (line) => line.options,
  thumbnail_url: (line) => line.thumbnailUrl,
  list_price: (line) => line.listPrice,
  discount_percent: (line) => line.discountPercent,
  unit_price: (line) => line.unitPrice,
  quantity: (line) => line.quantity,
  line_amount: (line) => line.lineAmount,
  coupon_share: (line) => line.couponShare,
  points_share: (line) => line.pointsShare,
  tax_type: (line) => line.taxType,
});

/** An order that is to be stored, and until when it is left alone if nobody decides on it. */
type NewOrder = { order: OrderRow; lines: readonly OrderLineRow[]; undecidedUntil: Date };

const newOrders = new UnitOfWork<Map<Id, NewOrder>>(
  () => new Map(),
  (tx, orders) => tx.later(insertOrders(tx, [...orders.values()])),
);

/** Has orders inserted when the transaction's unit ends, as they are then. */
export function keepForInsert(tx: Transaction, placed: readonly NewOrder[]): void {
  const orders = newOrders.of(tx);
  for (const each of placed) orders.set(each.order.id, each);
}

/** Changes an order that is not inserted yet; false when there is no such order. */
export function changeBeforeInsert(
  tx: Transaction,
  orderId: Id,
  changes: Partial<OrderRow>,
): boolean {
  const orders = newOrders.peek(tx);
  const kept = orders?.get(orderId);
  if (!orders || !kept) return false;
  orders.set(orderId, { ...kept, order: { ...kept.order, ...changes } });
  return true;
}

/**
 * Inserts orders with their lines, and a deadline for those that are not decided yet; all of it is
 * begun at once.
 */
export async function insertOrders(tx: Transaction, placed: readonly NewOrder[]): Promise<void> {
  const orders = placed.map((each) => each.order);
  const lines = placed.flatMap((each) => each.lines);
  const undecided = placed.filter(({ order }) => order.state === 'placed');
  const deadlines = undecided.map(({ order, undecidedUntil: dueAt }) => ({
    orderId: order.id,
    dueAt,
  }));
  await Promise.all([insertRows(tx, orders), insertLines(tx, lines), setDeadlines(tx, deadlines)]);
}
