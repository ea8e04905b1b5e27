import { and, asc, desc, eq, lt } from 'drizzle-orm';
import { bulkRows, idsInLockOrder } from '../../../platform/database/bulk.ts';
import { hotStatement } from '../../../platform/database/hot-statements.ts';
import type { Database } from '../../../platform/database/database.ts';
import { idFromBytes, type Id } from '../../../platform/ids/id.ts';
import type { Shortage } from '../order.rules.ts';
import type { OrderLineRow, OrderRow } from '../order.store.ts';
import { orderLines, orders, payments, refunds } from '../order.tables.ts';
import type { PaymentRow, RefundRow } from '../payments/payments.store.ts';
import { readShortages } from '../placing/shortages.store.ts';

/** An order with all that is shown of it; `payment` and `refunds` only where a provider takes the money. */
export type FoundOrder = {
  order: OrderRow;
  lines: OrderLineRow[];
  payment: PaymentRow | undefined;
  /** Of one that failed as out_of_stock. */
  shortages: readonly Shortage[];
  refunds: RefundRow[];
};

/** An order; with `memberId` only if it is that member's. */
export async function findOrder(
  database: Database,
  id: Id,
  memberId?: Id,
): Promise<FoundOrder | undefined> {
  const [order] = await database.orm
    .select()
    .from(orders)
    .where(
      and(eq(orders.id, id), memberId === undefined ? undefined : eq(orders.memberId, memberId)),
    );
  if (!order) return undefined;
  const [lines, [payment], shortages] = await Promise.all([
    database.orm
      .select()
      .from(orderLines)
      .where(eq(orderLines.orderId, id))
      .orderBy(asc(orderLines.lineNumber)),
    order.paymentMethod === 'wallet'
      ? []
      : database.orm.select().from(payments).where(eq(payments.orderId, id)),
    order.failureCode === 'out_of_stock' ? readShortages(database, id) : [],
  ]);
  const repaid = payment ? await refundsOf(database, payment) : [];
  return { order, lines, payment, refunds: repaid, shortages };
}

/** The refunds of a payment, oldest first; most have none, and are not looked for. */
async function refundsOf(
  database: Database,
  { id, refundedAmount }: PaymentRow,
): Promise<RefundRow[]> {
  if (refundedAmount === 0) return [];
  return database.orm
    .select()
    .from(refunds)
    .where(eq(refunds.paymentId, id))
    .orderBy(asc(refunds.id));
}

/** What a list says of an order's lines: the first one, and how many there are. */
export type LinesInShort = {
  firstLine: Pick<
    OrderLineRow,
    'skuId' | 'productId' | 'name' | 'options' | 'thumbnailUrl' | 'quantity'
  >;
  lineCount: number;
};

/** An order as lists need it: without its address. */
export type ListedOrder = LinesInShort &
  Pick<
    OrderRow,
    | 'id'
    | 'memberId'
    | 'state'
    | 'failureCode'
    | 'fundsAnswer'
    | 'couponAnswer'
    | 'totalAmount'
    | 'placedAt'
  >;

/**
 * Orders, newest first, of one member or of all; `beforeId` continues after that one. Two queries for
 * any number of them.
 */
export async function listOrders(
  database: Database,
  page: { memberId: Id | undefined; limit: number; beforeId: Id | undefined },
): Promise<ListedOrder[]> {
  const listed = await database.orm
    .select({
      id: orders.id,
      memberId: orders.memberId,
      state: orders.state,
      failureCode: orders.failureCode,
      fundsAnswer: orders.fundsAnswer,
      couponAnswer: orders.couponAnswer,
      totalAmount: orders.totalAmount,
      placedAt: orders.placedAt,
    })
    .from(orders)
    .where(
      and(
        page.memberId === undefined ? undefined : eq(orders.memberId, page.memberId),
        page.beforeId === undefined ? undefined : lt(orders.id, page.beforeId),
      ),
    )
    .orderBy(desc(orders.id))
    .limit(page.limit);
  const ids = listed.map((order) => order.id);
  const lines = await readLinesInShort(database, ids);
  return listed.map((order) => {
    const inShort = lines.get(order.id);
    if (!inShort) throw new Error(`the order ${order.id} has no lines`);
    return { ...order, ...inShort };
  });
}

const READ_LINES_IN_SHORT = hotStatement(`
  SELECT l.order_id AS orderId, l.sku_id AS skuId, l.product_id AS productId, l.name, l.options,
         l.thumbnail_url AS thumbnailUrl, l.quantity,
         (SELECT COUNT(*) FROM order_lines AS c WHERE c.order_id = l.order_id) AS lineCount
  FROM ${bulkRows('wanted', { id: 'id' })}
  STRAIGHT_JOIN order_lines AS l FORCE INDEX (PRIMARY)
    ON l.order_id = UNHEX(wanted.id) AND l.line_number = 1`);

/** The first line of each order, and their number, by order: each order's rows lie side by side. */
async function readLinesInShort(
  database: Database,
  orderIds: readonly Id[],
): Promise<Map<Id, LinesInShort>> {
  if (orderIds.length === 0) return new Map();
  const rows = await database.select<
    Omit<LinesInShort['firstLine'], 'skuId' | 'productId'> & {
      orderId: Buffer;
      skuId: Buffer;
      productId: Buffer;
      lineCount: number | string;
    }
  >(READ_LINES_IN_SHORT, [idsInLockOrder(orderIds)]);
  return new Map(
    rows.map(({ orderId, skuId, productId, lineCount, ...line }) => [
      idFromBytes(orderId),
      {
        firstLine: { skuId: idFromBytes(skuId), productId: idFromBytes(productId), ...line },
        lineCount: Number(lineCount),
      },
    ]),
  );
}
