import { and, asc, desc, eq, lt } from 'drizzle-orm';
import type { Database } from '../../../platform/database/database.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { Shortage } from '../order.rules.ts';
import type { OrderLineRow, OrderRow } from '../order.store.ts';
import { orderLines, orders, payments } from '../order.tables.ts';
import type { PaymentRow } from '../payments/payments.store.ts';
import { readShortages } from '../placing/shortages.store.ts';

/** An order with all that is shown of it; `payment` only where a provider takes the money. */
export type FoundOrder = {
  order: OrderRow;
  lines: OrderLineRow[];
  payment: PaymentRow | undefined;
  /** Of one that failed as out_of_stock. */
  shortages: readonly Shortage[];
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
  return { order, lines, payment, shortages };
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
