import { expect } from 'vitest';
import { idFromBytes, idToBytes, type Id } from '../../src/platform/ids/id.ts';
import type { RecordedEvent } from '../../src/platform/events/define-event.ts';
import type { Answer } from './api-client.ts';
import { eventually } from './eventually.ts';
import { orderOf, type Shopper } from './factories.ts';
import { auditLedger } from './ledger.ts';
import {
  startKakaopayStandIn,
  type KakaopayStandIn,
} from './payment-providers/kakaopay-stand-in.ts';
import { startTossStandIn, type TossStandIn } from './payment-providers/toss-stand-in.ts';
import { startShop, type TestShop } from './start-shop.ts';

export type Provider = 'toss' | 'kakaopay';

/** A shop that takes payments by both providers, and their stand-ins. */
export type PayingShop = TestShop & { toss: TossStandIn; kakaopay: KakaopayStandIn };

/** Looks often for what is due. A call's time is a test's patience where a provider never answers. */
const QUICK = { SHOP_PAYMENT_SWEEP_MS: '20' };

export async function startPayingShop(
  environment: Record<string, string> = {},
): Promise<PayingShop> {
  const [toss, kakaopay] = await Promise.all([startTossStandIn(), startKakaopayStandIn()]);
  const shop = await startShop({
    TOSS_API_URL: toss.url,
    TOSS_SECRET_KEY: toss.secretKey,
    KAKAOPAY_API_URL: kakaopay.url,
    KAKAOPAY_SECRET_KEY: kakaopay.secretKey,
    ...QUICK,
    ...environment,
  });
  return {
    ...shop,
    toss,
    kakaopay,
    stop: async () => {
      await shop.stop();
      await Promise.all([toss.stop(), kakaopay.stop()]);
    },
  };
}

export function webhookUrl({ url }: TestShop, provider: Provider): string {
  return `${url}/api/v1/webhooks/${provider}`;
}

/** Places an order of one SKU that a provider is to take the money of. */
export function placeDue(
  { api }: TestShop,
  { token }: Shopper,
  method: Provider,
  { skuId, quantity = 1, ...more }: { skuId: Id; quantity?: number } & Record<string, unknown>,
): Promise<Answer> {
  return api.post('/orders', {
    token,
    body: orderOf(skuId, quantity, { paymentMethod: method, ...more }),
  });
}

export function confirm(
  { api }: TestShop,
  { token }: Shopper,
  orderId: Id,
  confirmation: unknown,
): Promise<Answer> {
  return api.post(`/orders/${orderId}/payments/confirm`, { token, body: confirmation });
}

/** The shopper approves at Toss' widget what the order costs; gives what it is confirmed with. */
export function approveAtToss(
  { toss }: PayingShop,
  order: { id: Id; totalAmount: number },
): { paymentKey: string; amount: number } {
  const amount = order.totalAmount;
  return { paymentKey: toss.shopperApproves({ orderId: order.id, amount }), amount };
}

/** The shopper approves at Kakao Pay; gives what the order is confirmed with. */
export async function approveAtKakaopay(
  shop: PayingShop,
  order: { id: Id },
): Promise<{ pgToken: string }> {
  return { pgToken: shop.kakaopay.shopperApproves(await keyOf(shop, order.id)) };
}

/** The same with either of them. */
export async function approve(
  shop: PayingShop,
  method: Provider,
  order: { id: Id; totalAmount: number },
): Promise<object> {
  return method === 'toss' ? approveAtToss(shop, order) : approveAtKakaopay(shop, order);
}

/** Places an order and pays it; gives it as it was answered. */
export async function placePaid(
  shop: PayingShop,
  shopper: Shopper,
  method: Provider,
  body: Parameters<typeof placeDue>[3],
): Promise<Answer['body']> {
  const { body: order } = await placeDue(shop, shopper, method, body);
  const paid = await confirm(shop, shopper, order.id, await approve(shop, method, order));
  if (paid.body.state !== 'paid') throw new Error(JSON.stringify(paid.body));
  return paid.body;
}

export type PaymentSeen = {
  state: string;
  amount: number;
  providerKey: string;
  asks: number;
  sentAt: Date | null;
  nextAskAt: Date | null;
  declineCode: string | null;
};

/** What the shop has written of an order's payment. */
export async function paymentOf(
  { database }: TestShop,
  orderId: Id,
): Promise<PaymentSeen | undefined> {
  const [row] = await database.select<PaymentSeen>(
    `SELECT state, amount, provider_key AS providerKey, asks, sent_at AS sentAt,
            next_ask_at AS nextAskAt, decline_code AS declineCode
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

/** An order as its member sees it. */
export async function showOrder({ api, ownerToken }: TestShop, orderId: Id) {
  return (await api.get(`/admin/orders/${orderId}`, { token: ownerToken })).body;
}

export async function untilState(shop: TestShop, orderId: Id, state: string) {
  return eventually(async () => {
    const order = await showOrder(shop, orderId);
    expect(order.state).toBe(state);
    return order;
  });
}

/** The time until which an order waits for its payment is over. */
export async function endWaiting({ database }: TestShop, orderId: Id): Promise<void> {
  const over = new Date(Date.now() - 1000);
  const id = idToBytes(orderId);
  await database.write('UPDATE order_orders SET due_at = ? WHERE id = ?', [over, id]);
  await database.write('UPDATE order_deadlines SET due_at = ? WHERE order_id = ?', [over, id]);
}

/** Until when an order waits for its payment; undefined when it waits for none. */
export async function deadlineOf({ database }: TestShop, orderId: Id): Promise<Date | undefined> {
  const [row] = await database.select<{ dueAt: Date }>(
    'SELECT due_at AS dueAt FROM order_deadlines WHERE order_id = ?',
    [idToBytes(orderId)],
  );
  return row?.dueAt;
}

/** A confirmation was sent so long ago that the provider is asked again now. */
export async function letQuestionComeDue(
  { database }: TestShop,
  orderId: Id,
  sentAgoMs: number,
): Promise<void> {
  const now = Date.now();
  await database.write(
    'UPDATE order_payments SET sent_at = ?, next_ask_at = ? WHERE order_id = ?',
    [new Date(now - sentAgoMs), new Date(now - 1), idToBytes(orderId)],
  );
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

/** The refunds of an order through its provider, in the order in which they were asked for. */
export async function refundsOf(
  { database }: TestShop,
  orderId: Id,
): Promise<{ amount: number; state: string }[]> {
  return database.select(
    'SELECT amount, state FROM order_refunds WHERE order_id = ? ORDER BY id',
    [idToBytes(orderId)],
  );
}

/**
 * Waits until nothing is under way, adds everything up, and compares the providers' own books with
 * what the shop believes: what was charged and not given back, of every order that ever had a payment.
 */
export async function auditPayments(shop: PayingShop): Promise<void> {
  await eventually(async () => {
    await shop.app.backbone.settled();
    expect(await unfinished(shop)).toEqual({ parked: 0, refundsDue: 0 });
    await auditLedger(shop);
    const orders = await readBelieved(shop);
    const books = orders.map(({ orderId, method }) => {
      const { charged, cancelled, charges } = shop[method].ledger.ofOrder(orderId);
      return { orderId, method, kept: charged - cancelled, isChargedTwice: charges > 1 };
    });
    expect(books).toEqual(orders.map((order) => ({ ...order, isChargedTwice: false })));
  });
  // Nothing was charged for an order that the shop does not know of.
  const kept = [shop.toss, shop.kakaopay].map(({ ledger }) => {
    const { charged, cancelled } = ledger.audit();
    return charged - cancelled;
  });
  const believed = await readBelieved(shop);
  expect(kept[0]! + kept[1]!).toBe(believed.reduce((sum, order) => sum + order.kept, 0));
}

type Believed = { orderId: Id; method: Provider; kept: number };

async function readBelieved({ database }: PayingShop): Promise<Believed[]> {
  const rows = await database.select<{ id: Buffer; method: Provider; kept: number }>(
    `SELECT id, payment_method AS method,
            IF(paid_at IS NULL, 0, total_amount - refunded_amount) AS kept
     FROM order_orders WHERE payment_method <> 'wallet' ORDER BY id`,
  );
  return rows.map(({ id, method, kept }) => ({ orderId: idFromBytes(id), method, kept }));
}

async function unfinished({ database }: PayingShop) {
  const [row] = await database.select<{ parked: number; refundsDue: number }>(
    `SELECT (SELECT COUNT(*) FROM platform_parked_event) AS parked,
            (SELECT COUNT(*) FROM order_refunds WHERE state = 'due') AS refundsDue`,
  );
  return row;
}
