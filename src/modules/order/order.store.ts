import { and, asc, eq } from 'drizzle-orm';
import { bulkParameter, bulkRows, hex, idsInLockOrder } from '../../platform/database/bulk.ts';
import { hotStatement } from '../../platform/database/hot-statements.ts';
import { insertInto } from '../../platform/database/insert-into.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import { idFromBytes, type Id } from '../../platform/ids/id.ts';
import { deadlines, orderLines, orders } from './order.tables.ts';

export type OrderRow = typeof orders.$inferSelect;
export type OrderLineRow = typeof orderLines.$inferSelect;

/** A line as events carry it. */
export type EventLine = Pick<
  OrderLineRow,
  'skuId' | 'productId' | 'quantity' | 'unitPrice' | 'lineAmount'
>;

const READ_EVENT_LINES = hotStatement(`
  SELECT l.order_id AS orderId, l.sku_id AS skuId, l.product_id AS productId, l.quantity,
         l.unit_price AS unitPrice, l.line_amount AS lineAmount
  FROM ${bulkRows('wanted', { id: 'id' })}
  STRAIGHT_JOIN order_lines AS l FORCE INDEX (PRIMARY) ON l.order_id = UNHEX(wanted.id)`);

/** The lines of orders as events carry them, by order. */
export async function readEventLines(
  tx: Transaction,
  orderIds: readonly Id[],
): Promise<Map<Id, EventLine[]>> {
  const rows = await tx.select<
    Pick<OrderLineRow, 'quantity' | 'unitPrice' | 'lineAmount'> & {
      orderId: Buffer;
      skuId: Buffer;
      productId: Buffer;
    }
  >(READ_EVENT_LINES, [bulkParameter(orderIds.map((id) => [hex(id)]))]);
  const byOrder = new Map<Id, EventLine[]>();
  for (const { orderId, skuId, productId, ...rest } of rows) {
    const id = idFromBytes(orderId);
    const lines = byOrder.get(id) ?? [];
    lines.push({ skuId: idFromBytes(skuId), productId: idFromBytes(productId), ...rest });
    byOrder.set(id, lines);
  }
  return byOrder;
}

/** Locks an order and gives it; with `memberId` only if it is that member's. */
export async function lockOrder(
  tx: Transaction,
  id: Id,
  memberId?: Id,
): Promise<OrderRow | undefined> {
  const [row] = await tx.orm
    .select()
    .from(orders)
    .where(
      and(eq(orders.id, id), memberId === undefined ? undefined : eq(orders.memberId, memberId)),
    )
    .for('update');
  return row;
}

/** The lines of an order whose row is locked. */
export async function readLines(tx: Transaction, orderId: Id): Promise<OrderLineRow[]> {
  return tx.orm
    .select()
    .from(orderLines)
    .where(eq(orderLines.orderId, orderId))
    .orderBy(asc(orderLines.lineNumber));
}

/** Writes what has changed of an order that is locked; its version rises by one. */
export async function updateOrder(
  tx: Transaction,
  { id, version }: Pick<OrderRow, 'id' | 'version'>,
  changes: Partial<OrderRow>,
): Promise<void> {
  await tx.orm
    .update(orders)
    .set({ ...changes, version: version + 1 })
    .where(eq(orders.id, id));
}

/** Notes until when orders that are not decided or not paid are left alone; it replaces what was noted. */
export const setDeadlines = insertInto(deadlines, { onDuplicate: 'due_at = VALUES(due_at)' });

const DROP_DEADLINES = hotStatement(`
  DELETE d FROM ${bulkRows('gone', { order_id: 'id' })}
  STRAIGHT_JOIN order_deadlines AS d FORCE INDEX (PRIMARY) ON d.order_id = UNHEX(gone.order_id)`);

/** Orders that wait for nothing any more have no deadline. */
export async function dropDeadlines(tx: Transaction, orderIds: readonly Id[]): Promise<void> {
  await tx.write(DROP_DEADLINES, [idsInLockOrder(orderIds)]);
}
