import { insertInto } from '../../../platform/database/insert-into.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { UnitOfWork } from '../../../platform/database/unit-of-work.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { setDeadlines, type OrderLineRow, type OrderRow } from '../order.store.ts';
import { orderLines, orders } from '../order.tables.ts';

const insertRows = insertInto(orders);

const insertLines = insertInto(orderLines);

/** An order that is to be stored, and until when it is left alone if nobody decides on it. */
type NewOrder = { order: OrderRow; lines: readonly OrderLineRow[]; undecidedUntil: Date };

const newOrders = new UnitOfWork<Map<Id, NewOrder>>(
  () => new Map(),
  (tx, kept) => tx.later(insertOrders(tx, [...kept.values()])),
);

/** Has orders inserted when the transaction's unit ends, as they are then. */
export function keepForInsert(tx: Transaction, placed: readonly NewOrder[]): void {
  const unit = newOrders.of(tx);
  for (const each of placed) unit.set(each.order.id, each);
}

/** Changes an order that is not inserted yet; false when there is no such order. */
export function changeBeforeInsert(
  tx: Transaction,
  orderId: Id,
  changes: Partial<OrderRow>,
): boolean {
  const unit = newOrders.peek(tx);
  const kept = unit?.get(orderId);
  if (!unit || !kept) return false;
  unit.set(orderId, { ...kept, order: { ...kept.order, ...changes } });
  return true;
}

/**
 * Inserts orders with their lines, and a deadline for those that are not decided yet; all of it is
 * begun at once.
 */
export async function insertOrders(tx: Transaction, placed: readonly NewOrder[]): Promise<void> {
  const lines = placed.flatMap((each) => each.lines);
  const undecided = placed.filter(({ order }) => order.state === 'placed');
  const deadlines = undecided.map(({ order, undecidedUntil: dueAt }) => ({
    orderId: order.id,
    dueAt,
  }));
  await Promise.all([
    insertRows(
      tx,
      placed.map((each) => each.order),
    ),
    insertLines(tx, lines),
    setDeadlines(tx, deadlines),
  ]);
}
