import { sql } from 'drizzle-orm';
import {
  check,
  index,
  int,
  mysqlTable,
  primaryKey,
  smallint,
  text,
  tinyint,
  uniqueIndex,
  varchar,
} from 'drizzle-orm/mysql-core';
import {
  createdMoment,
  exactText,
  id,
  krw,
  moment,
  sha256,
} from '../../platform/database/columns.ts';
import type { Availability, TaxType } from './copies/copies.rules.ts';
import type { FlashSaleState, TicketState } from './flash-sales/flash-sales.rules.ts';
import type { Answer, FailureCode, OrderState, PaymentMethod } from './order.rules.ts';
import type { PaymentProvider, PaymentState } from './payments/payments.rules.ts';
import type { RefundMeans, RefundState } from './payments/refunds.rules.ts';

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
    /** The cart that its lines were taken out of; one that ends unpaid gives them back. */
    cartId: id('cart_id'),
    /** The flash sale whose unit it takes; null for an ordinary order. */
    flashSaleId: id('flash_sale_id'),
    /** JSON: whom and where it goes to. Personal data: it stays in this table. */
    address: text().notNull(),
    /** The participants' answers, joined here when they arrive one by one or after a crash. */
    stockAnswer: varchar('stock_answer', { length: 24 }).$type<Answer>().notNull(),
    fundsAnswer: varchar('funds_answer', { length: 24 }).$type<Answer>().notNull(),
    couponAnswer: varchar('coupon_answer', { length: 24 }).$type<Answer>().notNull(),
    version: int().notNull().default(1),
    placedAt: moment('placed_at').notNull(),
    /** Until when a payment provider must have taken the money; null when none is to. */
    dueAt: moment('due_at'),
    paidAt: moment('paid_at'),
    /** What the units that were undone so far are worth: given back, or owed by the provider. */
    refundedAmount: krw('refunded_amount').notNull().default(0),
    refundedPointsAmount: krw('refunded_points_amount').notNull().default(0),
    cancelledAt: moment('cancelled_at'),
    cancelReason: varchar('cancel_reason', { length: 200 }),
  },
  (table) => [
    // A member's own list, newest first.
    index('order_orders_member').on(table.memberId, table.id),
    // The last line of defence: no order gives back more than was paid for it.
    check(
      'order_orders_refunds',
      sql`${table.refundedAmount} <= ${table.totalAmount}
          AND ${table.refundedPointsAmount} <= ${table.pointsAmount}`,
    ),
  ],
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

/**
 * Units that were missing when an order failed as out_of_stock. Apart from the orders, so that those that
 * succeed have no such column to write.
 */
export const shortages = mysqlTable(
  'order_shortages',
  {
    orderId: id('order_id').notNull(),
    skuId: id('sku_id').notNull(),
    requestedQuantity: int('requested_quantity').notNull(),
    /** What could be had at that moment; 0 of what is not on sale. */
    availableQuantity: int('available_quantity').notNull(),
  },
  (table) => [primaryKey({ columns: [table.orderId, table.skuId] })],
);

/**
 * Orders that are stored undecided or whose payment is due, by when; apart from the orders, so that
 * those paid at once never touch this index, and what is overdue is found without looking at others.
 */
export const deadlines = mysqlTable(
  'order_deadlines',
  { orderId: id('order_id').primaryKey(), dueAt: moment('due_at').notNull() },
  (table) => [index('order_deadlines_due').on(table.dueAt)],
);

/** Payments through providers: one row for each that a provider was ever asked for. */
export const payments = mysqlTable(
  'order_payments',
  {
    id: id().primaryKey(),
    orderId: id('order_id').notNull(),
    memberId: id('member_id').notNull(),
    provider: varchar({ length: 8 }).$type<PaymentProvider>().notNull(),
    state: varchar({ length: 10 }).$type<PaymentState>().notNull(),
    amount: krw('amount').notNull(),
    /** The provider's own key of the payment: Toss' paymentKey, Kakao's tid. */
    providerKey: exactText('provider_key', 200).notNull(),
    /** Where the shopper approves it; null where the shopper's page begins the payment itself. */
    redirectUrl: varchar('redirect_url', { length: 1000 }),
    /** What the shopper's approval came with (Kakao's pg_token); null where there is none. */
    approvalToken: varchar('approval_token', { length: 200 }),
    /** When it was sent to the provider for approval. */
    sentAt: moment('sent_at'),
    /** How often the provider was asked what became of it. */
    asks: int().notNull().default(0),
    /** When it is asked again; null when its answer is final. */
    nextAskAt: moment('next_ask_at'),
    /** Why the provider declined it, in its own code. */
    declineCode: varchar('decline_code', { length: 100 }),
    /** Of refunds in any state, those included that the shop did not ask for. */
    refundedAmount: krw('refunded_amount').notNull().default(0),
    createdAt: createdMoment('created_at'),
    /** When a paid one is compared with the provider's books again; null when it need not be. */
    nextComparisonAt: moment('next_comparison_at'),
  },
  (table) => [
    // An order is paid by one payment: it never goes back from `confirming`.
    uniqueIndex('order_payments_order').on(table.orderId),
    // A payment of a provider pays one order; webhooks look here, too.
    uniqueIndex('order_payments_provider_key').on(table.provider, table.providerKey),
    index('order_payments_next_ask').on(table.nextAskAt),
    // Apart from the questions above, which are urgent and must not wait behind these.
    index('order_payments_next_comparison').on(table.nextComparisonAt),
    check('order_payments_refunds', sql`${table.refundedAmount} <= ${table.amount}`),
  ],
);

/** Money that a provider is to give back or gave back, whether or not the shop asked for it. */
export const refunds = mysqlTable(
  'order_refunds',
  {
    id: id().primaryKey(),
    paymentId: id('payment_id').notNull(),
    orderId: id('order_id').notNull(),
    amount: krw('amount').notNull(),
    /** Its tax parts, so that a repetition names the same; null where the provider's record decides. */
    taxFreeAmount: krw('tax_free_amount'),
    vatAmount: krw('vat_amount'),
    state: varchar({ length: 8 }).$type<RefundState>().notNull(),
    means: varchar({ length: 8 }).$type<RefundMeans>().notNull().default('provider'),
    reason: varchar({ length: 200 }).notNull(),
    createdAt: createdMoment('created_at'),
    doneAt: moment('done_at'),
    /** How often the provider was asked for it. */
    asks: int().notNull().default(0),
    /** When the provider is asked for it again; null when it is not due. */
    nextAskAt: moment('next_ask_at'),
    /** Why the provider refused it, in its own code. */
    refusalCode: varchar('refusal_code', { length: 100 }),
    /** A task for staff: refused for good, or given back without the shop and not seen by anybody. */
    awaitsStaff: tinyint('awaits_staff').notNull().default(0),
    /** What staff noted about it. */
    note: varchar({ length: 500 }),
  },
  (table) => [
    index('order_refunds_payment').on(table.paymentId),
    index('order_refunds_next_ask').on(table.nextAskAt),
    // The lists for staff, newest first.
    index('order_refunds_state').on(table.state, table.id),
    index('order_refunds_staff').on(table.awaitsStaff, table.id),
  ],
);

/** A cart belongs to a member, or to whoever has its token. */
export const carts = mysqlTable(
  'order_carts',
  {
    id: id().primaryKey(),
    memberId: id('member_id'),
    /** SHA-256 of a guest's token: whoever reads the table cannot open carts with it. */
    tokenHash: sha256('token_hash'),
    changedAt: moment('changed_at').notNull(),
  },
  (table) => [
    uniqueIndex('order_carts_member').on(table.memberId),
    uniqueIndex('order_carts_token').on(table.tokenHash),
    // Guests' carts (without a member) that nobody came back for are cleared away.
    index('order_carts_changed').on(table.memberId, table.changedAt),
  ],
);

export const cartItems = mysqlTable(
  'order_cart_items',
  {
    cartId: id('cart_id').notNull(),
    skuId: id('sku_id').notNull(),
    quantity: smallint().notNull(),
    addedAt: moment('added_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.cartId, table.skuId] }),
    check('order_cart_items_quantity', sql`${table.quantity} BETWEEN 1 AND 999`),
  ],
);

/** Order's own copy of how well SKUs can be had. */
export const availabilityCopies = mysqlTable('order_availability_copies', {
  skuId: id('sku_id').primaryKey(),
  availability: varchar({ length: 8 }).$type<Availability>().notNull(),
  version: int().notNull(),
});

/** Order's own copy of catalog's SKUs, with what pricing needs. */
export const skuCopies = mysqlTable('order_sku_copies', {
  skuId: id('sku_id').primaryKey(),
  productId: id('product_id').notNull(),
  /** Null in copies that were made before types mattered here. */
  typeId: id('type_id'),
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
  percent: tinyint().notNull().default(0),
  maxDiscountAmount: krw('max_discount_amount'),
  minOrderAmount: krw('min_order_amount').notNull(),
  /** JSON: {kind, ids}, the items that it covers; null for all. */
  scope: text(),
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

/** Sales of a few units of a SKU to whoever comes first. */
export const flashSales = mysqlTable(
  'order_flash_sales',
  {
    id: id().primaryKey(),
    skuId: id('sku_id').notNull(),
    price: krw('price').notNull(),
    /** Tickets beyond the quantity that may wait in line. */
    lineLimit: int('line_limit').notNull(),
    opensAt: moment('opens_at').notNull(),
    closesAt: moment('closes_at').notNull(),
    /** How long an admitted ticket's order may wait for its payment. */
    paymentWindowSeconds: int('payment_window_seconds').notNull(),
    createdAt: createdMoment('created_at'),
  },
  (table) => [index('order_flash_sales_closes').on(table.closesAt)],
);

/**
 * The counters that tickets move, apart from the facts: a narrow row that is locked first by whoever
 * issues tickets, admits them or counts their ends.
 */
export const flashSaleCounters = mysqlTable(
  'order_flash_sale_counters',
  {
    flashSaleId: id('flash_sale_id').primaryKey(),
    state: varchar({ length: 8 }).$type<FlashSaleState>().notNull(),
    epoch: int().notNull().default(1),
    /** Units to sell: what was wanted until it opens, what catalog could set aside from then on. */
    quantity: int().notNull(),
    /** Tickets so far; the last one's rank. */
    issued: int().notNull().default(0),
    /** Tickets that were ever admitted. */
    admitted: int().notNull().default(0),
    /** Units that admitted tickets have, whose orders are under way. */
    taken: int().notNull().default(0),
    sold: int().notNull().default(0),
    /** Units that catalog took back when it was over; null before. */
    returned: int(),
  },
  (table) => [
    check(
      'order_flash_sale_counters_units',
      sql`${table.taken} >= 0 AND ${table.sold} >= 0
          AND ${table.taken} + ${table.sold} <= ${table.quantity}`,
    ),
    // Every second an instance looks for the few that have not ended.
    index('order_flash_sale_counters_state').on(table.state),
  ],
);

/** A place in a flash sale: one a member. */
export const flashTickets = mysqlTable(
  'order_flash_tickets',
  {
    id: id().primaryKey(),
    flashSaleId: id('flash_sale_id').notNull(),
    memberId: id('member_id').notNull(),
    rank: int('ticket_rank').notNull(),
    state: varchar({ length: 8 }).$type<TicketState>().notNull(),
    orderId: id('order_id'),
    paymentMethod: varchar('payment_method', { length: 12 }).$type<PaymentMethod>().notNull(),
    /** JSON: whom and where it goes to; empty before it is known and after it is used. Personal data. */
    address: text().notNull(),
    createdAt: createdMoment('created_at'),
  },
  (table) => [
    uniqueIndex('order_flash_tickets_once').on(table.flashSaleId, table.memberId),
    // Who is next in line.
    index('order_flash_tickets_line').on(table.flashSaleId, table.state, table.rank),
  ],
);
