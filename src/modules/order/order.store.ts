import { and, asc, desc, eq, lt, sql } from 'drizzle-orm';
import {
  bulkParameter,
  bulkRows,
  hex,
  sqlMoment,
  idsInLockOrder,
} from '../../platform/database/bulk.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import { idFromBytes, type Id } from '../../platform/ids/id.ts';
import type { Answers, FailureCode, OrderState } from './order.rules.ts';
import { orderLines, orders } from './order.tables.ts';

export type OrderRow = typeof orders.$inferSelect;
export type OrderLineRow = typeof orderLines.$inferSelect;

const INSERT_ORDERS = `
  INSERT INTO order_orders
    (id, member_id, state, failure_code, payment_method, items_amount, coupon_amount,
     points_amount, shipping_amount, total_amount, member_coupon_id, address,
     stock_answer, funds_answer, coupon_answer, placed_at)
  SELECT UNHEX(o.id), UNHEX(o.member_id), o.state, o.failure_code, o.payment_method,
         o.items_amount, o.coupon_amount, o.points_amount, o.shipping_amount, o.total_amount,
         UNHEX(o.member_coupon_id), o.address, o.stock_answer, o.funds_answer, o.coupon_answer,
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
        order.memberCouponId === null ? null : hex(order.memberCouponId),
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

/** What joining the answers needs of an order. */
export type OpenOrder = {
  id: Id;
  memberId: Id;
  state: OrderState;
  totalAmount: number;
  memberCouponId: Id | null;
  version: number;
  answers: Answers;
};

/** Locks orders, in the order of their ids. */
export async function lockOpenOrders(
  tx: Transaction,
  ids: readonly Id[],
): Promise<Map<Id, OpenOrder>> {
  const rows = await tx.select<
    Pick<OrderRow, 'state' | 'totalAmount' | 'version'> &
      Answers & { id: Buffer; memberId: Buffer; memberCouponId: Buffer | null }
  >(
    `SELECT o.id, o.member_id AS memberId, o.state, o.total_amount AS totalAmount,
            o.member_coupon_id AS memberCouponId, o.version,
            o.stock_answer AS stock, o.funds_answer AS funds, o.coupon_answer AS coupon
     FROM ${bulkRows('wanted', { id: 'id' })}
     STRAIGHT_JOIN order_orders AS o ON o.id = UNHEX(wanted.id)
     FOR UPDATE`,
    [idsInLockOrder(ids)],
  );
  return new Map(
    rows.map((row) => {
      const id = idFromBytes(row.id);
      const { state, totalAmount, version, stock, funds, coupon } = row;
      const memberCouponId = row.memberCouponId && idFromBytes(row.memberCouponId);
      const answers = { stock, funds, coupon };
      const memberId = idFromBytes(row.memberId);
      return [id, { id, memberId, state, totalAmount, memberCouponId, version, answers }];
    }),
  );
}

/** Writes answers, and the state that follows from them, of orders that are locked. */
export async function updateAnswered(
  tx: Transaction,
  changed: readonly {
    order: OpenOrder;
    failureCode: FailureCode | null;
    paidAt: Date | null;
  }[],
): Promise<void> {
  await tx.write(
    `UPDATE ${bulkRows('c', {
      id: 'id',
      state: 'varchar',
      failure_code: 'varchar',
      stock: 'varchar',
      funds: 'varchar',
      coupon: 'varchar',
      version: 'bigint',
      paid_at: 'moment',
    })}
     STRAIGHT_JOIN order_orders AS o ON o.id = UNHEX(c.id)
     SET o.state = c.state, o.failure_code = c.failure_code, o.stock_answer = c.stock,
         o.funds_answer = c.funds, o.coupon_answer = c.coupon, o.version = c.version,
         o.paid_at = c.paid_at`,
    [
      bulkParameter(
        changed.map(({ order, failureCode, paidAt }) => [
          hex(order.id),
          order.state,
          failureCode,
          order.answers.stock,
          order.answers.funds,
          order.answers.coupon,
          order.version,
          paidAt && sqlMoment(paidAt),
        ]),
      ),
    ],
  );
}

type LinePayload = Pick<
  OrderLineRow,
  'skuId' | 'productId' | 'quantity' | 'unitPrice' | 'lineAmount'
>;

/** The lines of orders as events carry them, by order. */
export async function readEventLines(
  tx: Transaction,
  orderIds: readonly Id[],
): Promise<Map<Id, LinePayload[]>> {
  const rows = await tx.select<
    Pick<OrderLineRow, 'quantity' | 'unitPrice' | 'lineAmount'> & {
      orderId: Buffer;
      skuId: Buffer;
      productId: Buffer;
    }
  >(
    `SELECT l.order_id AS orderId, l.sku_id AS skuId, l.product_id AS productId, l.quantity,
            l.unit_price AS unitPrice, l.line_amount AS lineAmount
     FROM ${bulkRows('wanted', { id: 'id' })}
     STRAIGHT_JOIN order_lines AS l ON l.order_id = UNHEX(wanted.id)`,
    [bulkParameter(orderIds.map((id) => [hex(id)]))],
  );
  const byOrder = new Map<Id, LinePayload[]>();
  for (const { orderId, skuId, productId, ...rest } of rows) {
    const id = idFromBytes(orderId);
    const lines = byOrder.get(id) ?? [];
    lines.push({ skuId: idFromBytes(skuId), productId: idFromBytes(productId), ...rest });
    byOrder.set(id, lines);
  }
  return byOrder;
}

type Reader = Pick<Database, 'orm'> | Pick<Transaction, 'orm'>;

/** An order with its lines; with `memberId` only if it is that member's. */
export async function findOrder(
  reader: Reader,
  id: Id,
  memberId?: Id,
): Promise<{ order: OrderRow; lines: OrderLineRow[] } | undefined> {
  const [order] = await reader.orm
    .select()
    .from(orders)
    .where(
      and(eq(orders.id, id), memberId === undefined ? undefined : eq(orders.memberId, memberId)),
    );
  if (!order) return undefined;
  const lines = await reader.orm
    .select()
    .from(orderLines)
    .where(eq(orderLines.orderId, id))
    .orderBy(asc(orderLines.lineNumber));
  return { order, lines };
}

/** Orders, newest first, of one member or of all; `beforeId` continues after that one. */
export async function listOrders(
  database: Database,
  page: { memberId: Id | undefined; limit: number; beforeId: Id | undefined },
): Promise<OrderRow[]> {
  return database.orm
    .select()
    .from(orders)
    .where(
      and(
        page.memberId === undefined ? undefined : eq(orders.memberId, page.memberId),
        page.beforeId === undefined ? undefined : lt(orders.id, page.beforeId),
      ),
    )
    .orderBy(desc(orders.id))
    .limit(page.limit);
}

/** Locks a member's order and gives it, if there is one. */
export async function lockOrder(
  tx: Transaction,
  id: Id,
  memberId: Id,
): Promise<OrderRow | undefined> {
  const [row] = await tx.orm
    .select()
    .from(orders)
    .where(and(eq(orders.id, id), eq(orders.memberId, memberId)))
    .for('update');
  return row;
}

export async function markCancelled(
  tx: Transaction,
  id: Id,
  cancellation: { cancelledAt: Date; reason: string },
): Promise<void> {
  await tx.orm
    .update(orders)
    .set({
      state: 'cancelled',
      cancelledAt: cancellation.cancelledAt,
      cancelReason: cancellation.reason,
      version: sql`${orders.version} + 1`,
    })
    .where(eq(orders.id, id));
  await tx.orm
    .update(orderLines)
    .set({ cancelledQuantity: sql`${orderLines.quantity}` })
    .where(eq(orderLines.orderId, id));
}
