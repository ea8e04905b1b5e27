import assert from 'node:assert/strict';
import { impossible } from '../../../src/platform/errors/impossible.ts';
import { idToBytes, type Id } from '../../../src/platform/ids/id.ts';
import type { Answer } from '../../support/api-client.ts';
import { eventually } from '../../support/eventually.ts';
import {
  startKakaopayStandIn,
  type KakaopayStandIn,
} from '../../support/payment-providers/kakaopay-stand-in.ts';
import type { Misbehaviour } from '../../support/payment-providers/misbehaviour.ts';
import {
  startTossStandIn,
  type TossStandIn,
} from '../../support/payment-providers/toss-stand-in.ts';
import { present, type Lab } from './fault.ts';
import type { Diary, Placement, Told } from './shop-diary.ts';
import type { OrderDesk } from './shop-front.ts';
import type { Shopper } from './shop-market.ts';
import { buy, toldOf, WrongAnswer, type Wish } from './shop-orders.ts';
import { withShopRig, type ShopRig } from './shop-rig.ts';

/** Who takes the money, each with books of its own. */
export type Providers = { toss: TossStandIn; kakaopay: KakaopayStandIn };
export type Provider = keyof Providers;
export const PROVIDERS: readonly Provider[] = ['toss', 'kakaopay'];

export type PayingRig = ShopRig & Providers;

/** An order that waits for its payment, which its shopper has approved at the provider. */
export type Approved = {
  orderId: Id;
  shopper: Shopper;
  placement: Placement;
  method: Provider;
  /** The provider's own key of the payment. */
  key: string;
  /** What the shopper comes back to the shop with. */
  confirmation: object;
};

const SWEEP_MS = 50;
const SETTLED_WITHIN_MS = 300_000;

/** Like `withShopRig`, for a shop that both providers take money for. */
export async function withPayingRig<T>(
  lab: Lab,
  work: (rig: PayingRig) => Promise<T>,
  environment: Record<string, string> = {},
): Promise<T> {
  const [toss, kakaopay] = await Promise.all([startTossStandIn(), startKakaopayStandIn()]);
  try {
    return await withShopRig(lab, (rig) => work({ ...rig, toss, kakaopay }), {
      ...toss.environment,
      ...kakaopay.environment,
      SHOP_PAYMENT_SWEEP_MS: String(SWEEP_MS),
      ...environment,
    });
  } finally {
    await Promise.all([toss.stop(), kakaopay.stop()]);
  }
}

/** Places an order and approves its payment at the provider. */
export async function buyThrough(
  rig: Pick<PayingRig, 'database' | Provider>,
  desk: OrderDesk,
  diary: Diary,
  shopper: Shopper,
  method: Provider,
  wish: Wish,
): Promise<Approved> {
  const { placement, told } = await buy(desk, diary, shopper, { ...wish, paymentMethod: method });
  assert.equal(told.state, 'payment_due', JSON.stringify(told));
  const { orderId } = told;
  const amount = present(told.totalAmount ?? undefined);
  const order = { orderId, shopper, placement, method };
  switch (method) {
    case 'toss': {
      const key = rig.toss.shopperApproves({ orderId, amount });
      return { ...order, key, confirmation: { paymentKey: key, amount } };
    }
    case 'kakaopay': {
      const key = await announcedKey(rig, orderId);
      return { ...order, key, confirmation: { pgToken: rig.kakaopay.shopperApproves(key) } };
    }
    default:
      return impossible(method);
  }
}

/** The payment is announced to Kakao Pay soon after the order has become due. */
async function announcedKey({ database }: Pick<PayingRig, 'database'>, orderId: Id) {
  return eventually(async () => {
    const [payment] = await database.select<{ key: string }>(
      'SELECT provider_key AS `key` FROM order_payments WHERE order_id = ?',
      [idToBytes(orderId)],
    );
    return present(payment).key;
  }, SETTLED_WITHIN_MS);
}

/** Has the shop take the money as a client does, and notes the answer. */
export async function confirmPayment(desk: OrderDesk, approved: Approved): Promise<Told> {
  const { orderId, shopper, placement, confirmation } = approved;
  const answer = await desk.post(`/orders/${orderId}/payments/confirm`, {
    token: shopper.token,
    body: confirmation,
  });
  const told = confirmationOf(answer, orderId);
  placement.told.push(told);
  return told;
}

function confirmationOf(answer: Answer, orderId: Id): Told {
  const { status, body } = answer;
  if (status === 200 || status === 202) return toldOf(body);
  if (status === 409 && body.orderId === orderId) {
    const ends = { payment_declined: 'failed', payment_timeout: 'expired' } as const;
    const state = ends[body.code as keyof typeof ends];
    if (state) return { orderId, state, failureCode: body.code, totalAmount: null };
  }
  throw new WrongAnswer('a confirmation', answer);
}

/** Looks at the order until its payment came to an end, and notes which. */
export async function awaitSettlement(
  desk: OrderDesk,
  { orderId, shopper: { token }, placement }: Approved,
): Promise<Told> {
  const told = await eventually(async () => {
    const answer = await desk.get(`/orders/${orderId}`, { token });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    const seen = toldOf(answer.body);
    assert.ok(seen.state !== 'payment_due' && seen.state !== 'confirming', JSON.stringify(seen));
    return seen;
  }, SETTLED_WITHIN_MS);
  placement.told.push(told);
  return told;
}

/** What the providers call what they are asked for. */
const OPERATIONS = {
  charge: { toss: 'confirm', kakaopay: 'approve' },
  lookUp: { toss: 'lookUp', kakaopay: 'order' },
  refund: { toss: 'cancel', kakaopay: 'cancel' },
} as const;

export type Trouble = Misbehaviour & { payment?: string; times?: number; share?: number };

/** Has a provider do something wrong when it is asked for this. */
export function misbehave(
  { toss, kakaopay }: Providers,
  method: Provider,
  on: keyof typeof OPERATIONS,
  trouble: Trouble,
): void {
  switch (method) {
    case 'toss':
      return toss.misbehave({ ...trouble, on: OPERATIONS[on].toss });
    case 'kakaopay':
      return kakaopay.misbehave({ ...trouble, on: OPERATIONS[on].kakaopay });
    default:
      return impossible(method);
  }
}

/** Waits until the provider has taken the money. */
export async function untilCharged(providers: Providers, { method, key }: Approved): Promise<void> {
  await eventually(() => {
    assert.equal(providers[method].ledger.of(key).charges, 1);
  }, SETTLED_WITHIN_MS);
}

/** Where an instance takes the provider's webhooks. */
export function webhookUrl(url: string, method: Provider): string {
  return `${url}/api/v1/webhooks/${method}`;
}

/**
 * Lets so much time pass that every open question to a provider is due, about payments and for
 * refunds; with an order only its own.
 */
export async function letQuestionsComeDue(
  { database }: Pick<PayingRig, 'database'>,
  orderId?: Id,
): Promise<void> {
  const among = orderId === undefined ? '' : 'AND order_id = ?';
  for (const table of ['order_payments', 'order_refunds']) {
    await database.write(
      `UPDATE ${table} SET next_ask_at = CURRENT_TIMESTAMP(3)
       WHERE next_ask_at > CURRENT_TIMESTAMP(3) ${among}`,
      orderId === undefined ? [] : [idToBytes(orderId)],
    );
  }
}
