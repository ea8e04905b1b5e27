import { idToBytes, type Id } from '../../src/platform/ids/id.ts';
import type { Answer } from './api-client.ts';
import { orderOf, type Shopper } from './factories.ts';
import {
  startKakaopayStandIn,
  type KakaopayStandIn,
} from './payment-providers/kakaopay-stand-in.ts';
import type { Misbehaviour } from './payment-providers/misbehaviour.ts';
import { startTossStandIn, type TossStandIn } from './payment-providers/toss-stand-in.ts';
import { keyOf } from './payments-seen.ts';
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
  order: { id: Id; totalAmount: number; taxFreeAmount: number },
): { paymentKey: string; amount: number } {
  const { id: orderId, totalAmount: amount, taxFreeAmount } = order;
  return { paymentKey: toss.shopperApproves({ orderId, amount, taxFreeAmount }), amount };
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
  order: { id: Id; totalAmount: number; taxFreeAmount: number },
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

/** The time until which an order waits for its payment is over. */
export async function endWaiting({ database }: TestShop, orderId: Id): Promise<void> {
  const over = new Date(Date.now() - 1000);
  const id = idToBytes(orderId);
  await database.write('UPDATE order_orders SET due_at = ? WHERE id = ?', [over, id]);
  await database.write('UPDATE order_deadlines SET due_at = ? WHERE order_id = ?', [over, id]);
}

/** A confirmation was sent so long ago that the provider is asked again now, unless it has answered. */
export async function letQuestionComeDue(
  { database }: TestShop,
  orderId: Id,
  sentAgoMs: number,
): Promise<void> {
  const now = Date.now();
  await database.write(
    `UPDATE order_payments SET sent_at = ?, next_ask_at = ?
     WHERE order_id = ? AND state NOT IN ('paid', 'declined')`,
    [new Date(now - sentAgoMs), new Date(now - 1), idToBytes(orderId)],
  );
}

/** Something to wait for, until it is opened. */
export function createGate(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

/** Every refund that is due is asked for now; with an order only its own. */
export async function letRefundsComeDue({ database }: TestShop, orderId?: Id): Promise<void> {
  const among = orderId === undefined ? '' : 'AND order_id = ?';
  await database.write(
    `UPDATE order_refunds SET next_ask_at = CURRENT_TIMESTAMP(3) WHERE state = 'due' AND next_ask_at > CURRENT_TIMESTAMP(3) ${among}`,
    orderId === undefined ? [] : [idToBytes(orderId)],
  );
}

/** An order's payment is compared with its provider's books now. */
export async function letComparisonComeDue({ database }: TestShop, orderId: Id): Promise<void> {
  await database.write(
    'UPDATE order_payments SET next_comparison_at = CURRENT_TIMESTAMP(3) WHERE order_id = ?',
    [idToBytes(orderId)],
  );
}

/** What the providers call what they are asked for. */
const OPERATIONS = {
  charge: { toss: 'confirm', kakaopay: 'approve' },
  lookUp: { toss: 'lookUp', kakaopay: 'order' },
  refund: { toss: 'cancel', kakaopay: 'cancel' },
} as const;

/** Has either of them do something wrong when it is asked for this. */
export function misbehave(
  { toss, kakaopay }: PayingShop,
  method: Provider,
  on: keyof typeof OPERATIONS,
  trouble: Misbehaviour & { payment?: string; times?: number },
): void {
  if (method === 'toss') toss.misbehave({ ...trouble, on: OPERATIONS[on].toss });
  else kakaopay.misbehave({ ...trouble, on: OPERATIONS[on].kakaopay });
}
