import { setTimeout as pause } from 'node:timers/promises';
import type { OrderState, PaymentMethod } from '../../../src/modules/order/order.rules.ts';
import type { Id } from '../../../src/platform/ids/id.ts';
import type { Answer } from '../../support/api-client.ts';
import { ADDRESS } from '../../support/factories.ts';
import type { Diary, Placement, Told } from './shop-diary.ts';
import type { OrderDesk } from './shop-front.ts';
import type { Shopper } from './shop-market.ts';

const LOOK_AGAIN_MS = 20;
const DECIDED_WITHIN_MS = 300_000;

/** States in which there is nothing left to cancel. */
const ENDS: ReadonlySet<OrderState> = new Set(['cancelled', 'failed', 'expired']);

export type Wish = {
  items: readonly { skuId: Id; quantity: number }[];
  memberCouponId?: Id;
  pointsAmount?: number;
  /** The wallet when not given. */
  paymentMethod?: PaymentMethod;
};

/** An answer that no client should ever get. */
export class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer';

  constructor(asked: string, { status, body }: Answer) {
    super(`${asked} was answered with ${status}: ${JSON.stringify(body)}`);
  }
}

/**
 * Places an order as a client does, and notes the answer.
 * @param prefer the header; `respond-async` does not wait for the outcome
 */
export async function placeOrder(
  desk: OrderDesk,
  { token }: Shopper,
  wish: Wish,
  placement: Placement,
  prefer?: string,
): Promise<Told> {
  const answer = await desk.post('/orders', {
    token,
    body: {
      paymentMethod: 'wallet',
      ...wish,
      address: { ...ADDRESS, detail: placement.key },
    },
    headers: { 'idempotency-key': placement.key, ...(prefer === undefined ? {} : { prefer }) },
  });
  const told = outcomeOf(answer);
  placement.told.push(told);
  return told;
}

function outcomeOf(answer: Answer): Told {
  const { status, body } = answer;
  if (status === 201 || status === 202) return toldOf(body);
  // Refusals without an order are about wrong requests, and these are right.
  if (status === 409 && body.orderId !== undefined) {
    return { orderId: body.orderId, state: 'failed', failureCode: body.code, totalAmount: null };
  }
  throw new WrongAnswer('an order', answer);
}

/** What an order that is shown tells its client. */
export function toldOf(order: Told & { id: Id }): Told {
  const { id, state, failureCode, totalAmount } = order;
  return { orderId: id, state, failureCode, totalAmount };
}

/** Looks at the order until it is decided, and notes what it comes to. */
export async function awaitDecision(
  desk: OrderDesk,
  { token }: Shopper,
  orderId: Id,
  placement: Placement,
): Promise<Told> {
  const deadline = performance.now() + DECIDED_WITHIN_MS;
  for (;;) {
    const answer = await desk.get(`/orders/${orderId}`, { token });
    if (answer.status !== 200) throw new WrongAnswer('a look at an order', answer);
    const told = toldOf(answer.body);
    if (told.state !== 'placed') {
      placement.told.push(told);
      return told;
    }
    if (performance.now() > deadline) throw new Error(`the order ${orderId} stays undecided`);
    await pause(LOOK_AGAIN_MS);
  }
}

/** Begins a placement and follows it to the order's decision. */
export async function buy(
  desk: OrderDesk,
  diary: Diary,
  shopper: Shopper,
  wish: Wish,
  prefer?: string,
): Promise<{ placement: Placement; told: Told }> {
  const placement = diary.begin(shopper.id);
  const first = await placeOrder(desk, shopper, wish, placement, prefer);
  const told =
    first.state === 'placed' ? await awaitDecision(desk, shopper, first.orderId, placement) : first;
  return { placement, told };
}

/**
 * Cancels the order as a client does, or one unit of it, and notes what it is told.
 * @param unitOf the SKU of the one unit; the whole order when not given
 * @returns whether this request cancelled it
 */
export async function cancelOrder(
  desk: OrderDesk,
  { token }: Shopper,
  orderId: Id,
  placement: Placement,
  unitOf?: Id,
): Promise<boolean> {
  placement.cancelRequests += 1;
  const lines = unitOf === undefined ? {} : { lines: [{ skuId: unitOf, quantity: 1 }] };
  const answer = await desk.post(`/orders/${orderId}/cancel`, {
    token,
    body: { reason: '단순 변심', ...lines },
    // Sent again after an answer that was lost, it takes no second unit.
    headers: { 'idempotency-key': `cancellation ${placement.cancelRequests} of ${placement.key}` },
  });
  const { status, body } = answer;
  if (status === 200) {
    placement.told.push(toldOf(body));
    if (unitOf !== undefined) placement.cancelledUnits += 1;
    return true;
  }
  if (status === 409 && body.code === 'order_not_cancellable' && ENDS.has(body.state)) {
    placement.told.push({ orderId, state: body.state, failureCode: null, totalAmount: null });
    return false;
  }
  // The last unit of the line is gone.
  if (status === 400 && unitOf !== undefined) return false;
  throw new WrongAnswer('a cancellation', answer);
}
