import type { OrderState } from '../../../src/modules/order/order.rules.ts';
import { groupBy } from '../../../src/platform/collections/group-by.ts';
import type { Database } from '../../../src/platform/database/database.ts';
import { impossible } from '../../../src/platform/errors/impossible.ts';
import { idFromBytes, type Id } from '../../../src/platform/ids/id.ts';
import type { Diary, Placement, Told } from './shop-diary.ts';

/** An order as it is in the end. */
type FinalOrder = {
  id: Id;
  memberId: Id;
  state: OrderState;
  failureCode: string | null;
  totalAmount: number;
  wasPaid: boolean;
  cancelledUnits: number;
  /** Which placement it is of. */
  key: string;
};

/**
 * What clients were told and is not so: each placement made exactly one order, whatever was said of
 * it is or was true of that order, and nobody's order was cancelled unasked. Nor are there orders
 * that nobody placed.
 * @returns a line for each lie, for people
 */
export async function findLies(database: Database, diary: Diary): Promise<string[]> {
  const byKey = groupBy(await readOrders(database), (order) => order.key);
  const lies = diary.placements.flatMap((placement) => {
    const orders = byKey.get(placement.key) ?? [];
    byKey.delete(placement.key);
    const [order] = orders;
    if (!order || orders.length > 1) return [`${placement.key} made ${orders.length} orders`];
    return liesAbout(order, placement);
  });
  return [...lies, ...[...byKey.keys()].map((key) => `nobody placed the order of ${key}`)];
}

function liesAbout(order: FinalOrder, placement: Placement): string[] {
  const { key, memberId, told, cancelRequests, cancelledUnits } = placement;
  const lies = told
    .filter((each) => !isTrue(each, order))
    .map((each) => `${key} was told ${JSON.stringify(each)} of ${JSON.stringify(order)}`);
  if (order.memberId !== memberId) lies.push(`${key} made an order of ${order.memberId}`);
  if (order.state === 'cancelled') {
    if (cancelRequests === 0) lies.push(`${key} was cancelled unasked`);
  } else if (order.cancelledUnits !== cancelledUnits) {
    lies.push(`${key} lost ${order.cancelledUnits} units, and was told of ${cancelledUnits}`);
  }
  return lies;
}

/** Whether the order can have been so once, and become what it is. */
function isTrue({ orderId, state, failureCode, totalAmount }: Told, order: FinalOrder): boolean {
  if (orderId !== order.id) return false;
  if (totalAmount !== null && totalAmount !== order.totalAmount) return false;
  switch (state) {
    case 'placed':
    case 'payment_due':
    case 'confirming':
      return true;
    case 'paid':
    case 'preparing':
    case 'shipped':
    case 'delivered':
    case 'completed':
      return order.wasPaid;
    case 'failed':
      return order.state === state && (failureCode === null || failureCode === order.failureCode);
    case 'cancelled':
    case 'expired':
      return order.state === state;
    default:
      return impossible(state);
  }
}

async function readOrders(database: Database): Promise<FinalOrder[]> {
  const rows = await database.select<
    Omit<FinalOrder, 'id' | 'memberId' | 'wasPaid' | 'key'> & {
      id: Buffer;
      memberId: Buffer;
      paidAt: Date | null;
      address: string;
    }
  >(
    `SELECT o.id, o.member_id AS memberId, o.state, o.failure_code AS failureCode,
            o.total_amount AS totalAmount, o.paid_at AS paidAt, o.address,
            (SELECT SUM(l.cancelled_quantity) FROM order_lines AS l
             WHERE l.order_id = o.id) AS cancelledUnits
     FROM order_orders AS o`,
  );
  return rows.map(({ id, memberId, paidAt, address, ...order }) => ({
    ...order,
    id: idFromBytes(id),
    memberId: idFromBytes(memberId),
    wasPaid: paidAt !== null,
    key: (JSON.parse(address) as { detail: string }).detail,
  }));
}
