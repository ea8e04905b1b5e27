import { and, asc, desc, eq, lt } from 'drizzle-orm';
import type { Database } from '../../../platform/database/database.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { OrderLineRow, OrderRow } from '../order.store.ts';
import { orderLines, orders, payments, refunds } from '../order.tables.ts';
import type { PaymentRow, RefundRow } from '../payments/payments.store.ts';

/** An order with all that is shown of it; `payment` and `refunds` only where a provider takes the money. */
export type FoundOrder = {
  order: OrderRow;
  lines: OrderLineRow[];
  payment: PaymentRow | undefined;
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
  const [lines, [payment]] = await Promise.all([
    database.orm
      .select()
      .from(orderLines)
      .where(eq(orderLines.orderId, id))
      .orderBy(asc(orderLines.lineNumber)),
    order.paymentMethod === 'wallet'
      ? []
      : database.orm.select().from(payments).where(eq(payments.orderId, id)),
  ]);
  return { order, lines, payment, refunds: payment ? await refundsOf(database, payment) : [] };
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
