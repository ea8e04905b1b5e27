import { expect } from 'vitest';
import type { RecordedEvent } from '../../src/platform/events/define-event.ts';
import { idToBytes, type Id } from '../../src/platform/ids/id.ts';
import { eventually } from './eventually.ts';
import type { TestShop } from './start-shop.ts';

export type PaymentSeen = {
  state: string;
  amount: number;
  providerKey: string;
  asks: number;
  sentAt: Date | null;
  nextAskAt: Date | null;
  nextComparisonAt: Date | null;
  declineCode: string | null;
};

/** What the shop has written of an order's payment. */
export async function paymentOf(
  { database }: TestShop,
  orderId: Id,
): Promise<PaymentSeen | undefined> {
  const [row] = await database.select<PaymentSeen>(
    `SELECT state, amount, provider_key AS providerKey, asks, sent_at AS sentAt,
            next_ask_at AS nextAskAt, next_comparison_at AS nextComparisonAt, decline_code AS declineCode
     FROM order_payments WHERE order_id = ?`,
    [idToBytes(orderId)],
  );
  return row;
}

/** The provider's key of an order's payment, which must be there. */
export async function keyOf(shop: TestShop, orderId: Id): Promise<string> {
  const payment = await paymentOf(shop, orderId);
  if (!payment) throw new Error(`the order ${orderId} has no payment`);
  return payment.providerKey;
}

/** An order as its member sees it: as staff do, without its buyer. */
export async function showOrder({ api, ownerToken }: TestShop, orderId: Id) {
  const { body } = await api.get(`/admin/orders/${orderId}`, { token: ownerToken });
  const { buyer: _buyer, ...order } = body;
  return order;
}

export async function untilState(shop: TestShop, orderId: Id, state: string) {
  return eventually(async () => {
    const order = await showOrder(shop, orderId);
    expect(order.state).toBe(state);
    return order;
  });
}

/** Until when an order waits for its payment; undefined when it waits for none. */
export async function deadlineOf({ database }: TestShop, orderId: Id): Promise<Date | undefined> {
  const [row] = await database.select<{ dueAt: Date }>(
    'SELECT due_at AS dueAt FROM order_deadlines WHERE order_id = ?',
    [idToBytes(orderId)],
  );
  return row?.dueAt;
}

/** The names of what order told of an order, in the order in which it was told. */
export async function toldOf(shop: TestShop, orderId: Id): Promise<string[]> {
  return (await eventsOf(shop, orderId)).map(({ name }) => name);
}

export async function eventsOf({ database }: TestShop, orderId: Id): Promise<RecordedEvent[]> {
  const rows = await database.select<{ events: string }>(
    'SELECT events FROM platform_outbox WHERE events LIKE ? ORDER BY id',
    [`%${orderId}%`],
  );
  return rows
    .flatMap((row) => JSON.parse(row.events) as RecordedEvent[])
    .filter(({ aggregateId, name }) => aggregateId === orderId && name.startsWith('order.'));
}

/** Who gave an order's refunds back, in the order in which they were noted. */
export async function meansOf({ database }: TestShop, orderId: Id): Promise<string[]> {
  const rows = await database.select<{ means: string }>(
    'SELECT means FROM order_refunds WHERE order_id = ? ORDER BY id',
    [idToBytes(orderId)],
  );
  return rows.map(({ means }) => means);
}

/** The refunds of an order through its provider, in the order in which they were asked for. */
export async function refundsOf(
  { database }: TestShop,
  orderId: Id,
): Promise<{ amount: number; state: string }[]> {
  return database.select('SELECT amount, state FROM order_refunds WHERE order_id = ? ORDER BY id', [
    idToBytes(orderId),
  ]);
}
