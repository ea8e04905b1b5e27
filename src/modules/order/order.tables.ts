import {
  index,
  int,
  mysqlTable,
  primaryKey,
  smallint,
  text,
  tinyint,
  varchar,
} from 'drizzle-orm/mysql-core';
import { createdMoment, id, krw, moment } from '../../platform/database/columns.ts';
import type { Answer, FailureCode, OrderState, PaymentMethod, TaxType } from './order.rules.ts';

export const orders = mysqlTable(
  'order_orders',
  {
    id: id().primaryKey(),
    memberId: id('member_id').notNull(),
    state: varchar({ length: 12 }).$type<OrderState>().notNull(),
    failureCode: varchar('failure_code', { length: 24 }).$type<FailureCode>(),
    paymentMethod: varchar('payment_method', { length: 12 }).$type<PaymentMethod>().notNull(),
    itemsAmount: krw('items_amount').notNull(),
    couponAmount: krw('coupon_amount').notNull(),
    pointsAmount: krw('points_amount').notNull(),
    shippingAmount: krw('shipping_amount').notNull(),
    totalAmount: krw('total_amount').notNull(),
    memberCouponId: id('member_coupon_id'),
    /** JSON: whom and where it goes to. Personal data: it stays in this table. */
    address: text().notNull(),
    /** The participants' answers, joined here when they arrive one by one or after a crash. */
    stockAnswer: varchar('stock_answer', { length: 24 }).$type<Answer>().notNull(),
    fundsAnswer: varchar('funds_answer', { length: 24 }).$type<Answer>().notNull(),
    couponAnswer: varchar('coupon_answer', { length: 24 }).$type<Answer>().notNull(),
    version: int().notNull().default(1),
    placedAt: moment('placed_at').notNull(),
    paidAt: moment('paid_at'),
    cancelledAt: moment('cancelled_at'),
    cancelReason: varchar('cancel_reason', { length: 200 }),
  },
  // A member's own list, newest first.
  (table) => [index('order_orders_member').on(table.memberId, table.id)],
);

/** What was true at the sale; later changes of a product leave it alone. */
export const orderLines = mysqlTable(
  'order_lines',
  {
    orderId: id('order_id').notNull(),
    lineNumber: smallint('line_number').notNull(),
    skuId: id('sku_id').notNull(),
    productId: id('product_id').notNull(),
    name: varchar({ length: 200 }).notNull(),
    options: varchar({ length: 500 }).notNull(),
    thumbnailUrl: varchar('thumbnail_url', { length: 500 }),
    listPrice: krw('list_price').notNull(),
    discountPercent: tinyint('discount_percent').notNull(),
    unitPrice: krw('unit_price').notNull(),
    quantity: int().notNull(),
    lineAmount: krw('line_amount').notNull(),
    couponShare: krw('coupon_share').notNull(),
    pointsShare: krw('points_share').notNull(),
    taxType: varchar('tax_type', { length: 8 }).$type<TaxType>().notNull(),
    cancelledQuantity: int('cancelled_quantity').notNull().default(0),
    returnedQuantity: int('returned_quantity').notNull().default(0),
    /** One seller for now; null is the shop itself. */
    sellerId: id('seller_id'),
    feeBasisPoints: smallint('fee_basis_points').notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.orderId, table.lineNumber] })],
);

/** Order's own copy of catalog's SKUs, with what pricing needs. */
export const skuCopies = mysqlTable('order_sku_copies', {
  skuId: id('sku_id').primaryKey(),
  productId: id('product_id').notNull(),
  name: varchar({ length: 200 }).notNull(),
  options: varchar({ length: 500 }).notNull(),
  thumbnailUrl: varchar('thumbnail_url', { length: 500 }),
  listPrice: krw('list_price').notNull(),
  discountPercent: tinyint('discount_percent').notNull(),
  priceDelta: krw('price_delta').notNull(),
  taxType: varchar('tax_type', { length: 8 }).$type<TaxType>().notNull(),
  onSale: tinyint('on_sale').notNull(),
  version: int().notNull(),
});

/** Order's own copy of what coupons are worth. */
export const couponCopies = mysqlTable('order_coupon_copies', {
  couponId: id('coupon_id').primaryKey(),
  kind: varchar({ length: 20 }).notNull(),
  discountAmount: krw('discount_amount').notNull(),
  minOrderAmount: krw('min_order_amount').notNull(),
  version: int().notNull(),
});

/** Order's own copy of who has which coupon. */
export const memberCouponCopies = mysqlTable('order_member_coupon_copies', {
  memberCouponId: id('member_coupon_id').primaryKey(),
  couponId: id('coupon_id').notNull(),
  memberId: id('member_id').notNull(),
  expiresAt: moment('expires_at').notNull(),
  copiedAt: createdMoment('copied_at'),
});
