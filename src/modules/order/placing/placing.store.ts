import { bulkParameter, bulkRows, hex, sqlMoment } from '../../../platform/database/bulk.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { UnitOfWork } from '../../../platform/database/unit-of-work.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { OrderLineRow, OrderRow } from '../order.store.ts';

const INSERT_ORDERS = `
  INSERT INTO order_orders
    (id, member_id, state, failure_code, payment_method, items_amount, coupon_amount,
     points_amount, shipping_amount, total_amount, member_coupon_id, cart_id, flash_sale_id,
     address, stock_answer, funds_answer, coupon_answer, version, placed_at, due_at, paid_at)
  SELECT UNHEX(o.id), UNHEX(o.member_id), o.state, o.failure_code, o.payment_method,
         o.items_amount, o.coupon_amount, o.points_amount, o.shipping_amount, o.total_amount,
         UNHEX(o.member_coupon_id), UNHEX(o.cart_id), UNHEX(o.flash_sale_id), o.address,
         o.stock_answer, o.funds_answer, o.coupon_answer, o.version, o.placed_at, o.due_at, o.paid_at
  FROM ${bulkRows('o', {
    id: 'id',
    member_id: 'id',
    state: 'varchar',
    failure_code: 'varchar',
    payment_method: 'varchar',
    items_amount: 'bigint',
    coupon_amount: 'bigint',
    points_amount: 'bigint',
    shipping_amount: 'bigint',
    total_amount: 'bigint',
    member_coupon_id: 'id',
    cart_id: 'id',
    flash_sale_id: 'id',
    address: 'text',
    stock_answer: 'varchar',
    funds_answer: 'varchar',
    coupon_answer: 'varchar',
    version: 'bigint',
    placed_at: 'moment',
    due_at: 'moment',
    paid_at: 'moment',
  })}`;

const INSERT_LINES = `
  INSERT INTO order_lines
    (order_id, line_number, sku_id, product_id, name, options, thumbnail_url, list_price,
     discount_percent, unit_price, quantity, line_amount, coupon_share, points_share, tax_type)
  SELECT UNHEX(l.order_id), l.line_number, UNHEX(l.sku_id), UNHEX(l.product_id), l.name, l.options,
         l.thumbnail_url, l.list_price, l.discount_percent, l.unit_price, l.quantity,
         l.line_amount, l.coupon_share, l.points_share, l.tax_type
  FROM ${bulkRows('l', {
    order_id: 'id',
    line_number: 'bigint',
    sku_id: 'id',
    product_id: 'id',
    name: 'varchar',
    options: 'text',
    thumbnail_url: 'text',
    list_price: 'bigint',
    discount_percent: 'bigint',
    unit_price: 'bigint',
    quantity: 'bigint',
    line_amount: 'bigint',
    coupon_share: 'bigint',
    points_share: 'bigint',
    tax_type: 'varchar',
  })}`;

type NewOrder = { order: OrderRow; lines: readonly OrderLineRow[] };

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

/** Inserts orders with their lines: two statements for any number, both begun at once. */
export async function insertOrders(tx: Transaction, placed: readonly NewOrder[]): Promise<void> {
  const orders = tx.write(INSERT_ORDERS, [
    bulkParameter(
      placed.map(({ order }) => [
        hex(order.id),
        hex(order.memberId),
        order.state,
        order.failureCode,
        order.paymentMethod,
        order.itemsAmount,
        order.couponAmount,
        order.pointsAmount,
        order.shippingAmount,
        order.totalAmount,
        order.memberCouponId && hex(order.memberCouponId),
        order.cartId && hex(order.cartId),
        order.flashSaleId && hex(order.flashSaleId),
        order.address,
        order.stockAnswer,
        order.fundsAnswer,
        order.couponAnswer,
        order.version,
        sqlMoment(order.placedAt),
        order.dueAt && sqlMoment(order.dueAt),
        order.paidAt && sqlMoment(order.paidAt),
      ]),
    ),
  ]);
  const lines = tx.write(INSERT_LINES, [
    bulkParameter(
      placed.flatMap((each) =>
        each.lines.map((line) => [
          hex(line.orderId),
          line.lineNumber,
          hex(line.skuId),
          hex(line.productId),
          line.name,
          line.options,
          line.thumbnailUrl,
          line.listPrice,
          line.discountPercent,
          line.unitPrice,
          line.quantity,
          line.lineAmount,
          line.couponShare,
          line.pointsShare,
          line.taxType,
        ]),
      ),
    ),
  ]);
  await Promise.all([orders, lines]);
}
