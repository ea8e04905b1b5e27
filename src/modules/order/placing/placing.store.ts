import { bulkParameter, bulkRows, hex, sqlMoment } from '../../../platform/database/bulk.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import type { OrderLineRow, OrderRow } from '../order.store.ts';

const INSERT_ORDERS = `
  INSERT INTO order_orders
    (id, member_id, state, failure_code, payment_method, items_amount, coupon_amount,
     points_amount, shipping_amount, total_amount, member_coupon_id, cart_id, flash_sale_id,
     address, stock_answer, funds_answer, coupon_answer, placed_at)
  SELECT UNHEX(o.id), UNHEX(o.member_id), o.state, o.failure_code, o.payment_method,
         o.items_amount, o.coupon_amount, o.points_amount, o.shipping_amount, o.total_amount,
         UNHEX(o.member_coupon_id), UNHEX(o.cart_id), UNHEX(o.flash_sale_id), o.address, o.stock_answer, o.funds_answer, o.coupon_answer,
         o.placed_at
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
    placed_at: 'moment',
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

/** Inserts orders with their lines: two statements for any number. */
export async function insertOrders(
  tx: Transaction,
  placed: readonly { order: OrderRow; lines: readonly OrderLineRow[] }[],
): Promise<void> {
  await tx.write(INSERT_ORDERS, [
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
        sqlMoment(order.placedAt),
      ]),
    ),
  ]);
  await tx.write(INSERT_LINES, [
    bulkParameter(
      placed.flatMap(({ lines }) =>
        lines.map((line) => [
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
}
