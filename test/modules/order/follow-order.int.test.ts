import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newId, type Id } from '../../../src/platform/ids/id.ts';
import { openStream, type OpenStream } from '../../support/event-streams.ts';
import { eventually } from '../../support/eventually.ts';
import {
  createProduct,
  createShopper,
  orderOf,
  type Shopper,
  type TestProduct,
} from '../../support/factories.ts';
import {
  createGate,
  approveAtKakaopay,
  approveAtToss,
  confirm,
  endWaiting,
  placeDue,
  startPayingShop,
  type PayingShop,
} from '../../support/paying.ts';
import { showOrder, untilState } from '../../support/payments-seen.ts';

let shop: PayingShop;
let product: TestProduct;
let shopper: Shopper;
beforeAll(async () => {
  shop = await startPayingShop({ SHOP_ORDER_ANSWER_WAIT_MS: '200' });
  product = await createProduct(shop, { price: 20_000, stock: 1000 });
  shopper = await createShopper(shop, 1_000_000);
});
afterAll(() => shop.stop());

const streams: OpenStream[] = [];
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.leave();
  shop.toss.behave();
  shop.kakaopay.behave();
  await eventually(() => expect(shop.app.server.openStreams.size).toBe(0));
});

async function follow(orderId: Id, { token }: { token?: string } = shopper): Promise<OpenStream> {
  const stream = await openStream(
    `${shop.url}/api/v1/orders/${orderId}/events`,
    token === undefined ? {} : { authorization: `Bearer ${token}` },
  );
  streams.push(stream);
  return stream;
}

type Order = Awaited<ReturnType<typeof showOrder>>;

const nextOf = async (stream: OpenStream): Promise<Order> => {
  const item = await stream.next();
  if (!item) throw new Error('the stream has ended');
  expect(item.event).toBe('order');
  return item.data;
};
/** What a stream shows once the order is in this state. */
async function shownAs(stream: OpenStream, state: string): Promise<Order> {
  let shown = await nextOf(stream);
  while (shown.state !== state) shown = await nextOf(stream);
  return shown;
}
/** The states that a stream shows until its end, each once. */
async function statesOf(stream: OpenStream): Promise<string[]> {
  const states = new Set<string>();
  for (let item = await stream.next(); item; item = await stream.next()) {
    states.add((item.data as Order).state);
  }
  return [...states];
}

describe('who follows an order', () => {
  it('sees it as it is, and every change until nothing can change any more', async () => {
    const { body: order } = await placeDue(shop, shopper, 'toss', { skuId: product.skuId });
    const stream = await follow(order.id);
    expect(stream.status).toBe(200);
    expect(stream.headers['content-type']).toBe('text/event-stream');
    expect(await nextOf(stream)).toEqual(order);
    const gate = createGate();
    shop.toss.misbehave({ on: 'confirm', how: 'wait', moment: 'after', until: gate.opened });
    const confirming = confirm(shop, shopper, order.id, approveAtToss(shop, order));
    await untilState(shop, order.id, 'confirming');
    gate.open();
    const { body: paid } = await confirming;
    let shown = await nextOf(stream);
    if (shown.state === 'confirming') shown = await nextOf(stream);
    expect(shown).toEqual(paid);

    const { body: cancelled } = await shop.api.post(`/orders/${order.id}/cancel`, {
      token: shopper.token,
      body: { reason: '단순 변심' },
    });
    shown = await nextOf(stream);
    expect(shown.state).toBe(cancelled.state);
    // Nothing can change any more once the money is back.
    if (shown.refundDueAmount > 0) shown = await nextOf(stream);
    const { totalAmount: refundedAmount } = order;
    expect(shown).toMatchObject({ refundedAmount, refundDueAmount: 0 });
    expect(await stream.next()).toBeUndefined();
  });

  it('learns where to approve a payment as soon as it is announced', async () => {
    const gate = createGate();
    shop.kakaopay.misbehave({ on: 'ready', how: 'wait', moment: 'after', until: gate.opened });
    const { body: order } = await placeDue(shop, shopper, 'kakaopay', { skuId: product.skuId });
    const stream = await follow(order.id);
    expect((await nextOf(stream)).payment.redirectUrl).toBeNull();
    gate.open();
    expect((await nextOf(stream)).payment.redirectUrl).toMatch(/^http/);
    await confirm(shop, shopper, order.id, await approveAtKakaopay(shop, order));
    expect((await shownAs(stream, 'paid')).paidAt).not.toBeNull();
  });

  it.each([
    {
      end: 'expired',
      bring: (orderId: Id) => endWaiting(shop, orderId),
    },
    {
      end: 'cancelled',
      bring: (orderId: Id) =>
        shop.api.post(`/admin/orders/${orderId}/cancel`, {
          token: shop.ownerToken,
          body: { reason: '품절' },
        }),
    },
    {
      end: 'failed',
      bring: async (orderId: Id) => {
        shop.toss.misbehave({ on: 'confirm', how: 'decline' });
        const order = await showOrder(shop, orderId);
        await confirm(shop, shopper, orderId, approveAtToss(shop, order));
      },
    },
  ])('is told when it is $end, and then the stream ends', async ({ end, bring }) => {
    const { body: order } = await placeDue(shop, shopper, 'toss', { skuId: product.skuId });
    const stream = await follow(order.id);
    expect((await nextOf(stream)).state).toBe('payment_due');
    await bring(order.id);
    expect((await statesOf(stream)).at(-1)).toBe(end);
  });

  it('sees an order that is over, and nothing more', async () => {
    const poor = await createShopper(shop, 0);
    const refused = await shop.api.post('/orders', {
      token: poor.token,
      body: orderOf(product.skuId),
    });
    const stream = await follow(refused.body.orderId, poor);
    expect(await nextOf(stream)).toMatchObject({
      state: 'failed',
      failureCode: 'payment_declined',
    });
    expect(await stream.next()).toBeUndefined();
  });

  it('sees an order that is undecided decided', async () => {
    const placed = await shop.api.post('/orders', {
      token: shopper.token,
      body: orderOf(product.skuId),
      headers: { prefer: 'respond-async' },
    });
    const stream = await follow(placed.body.id);
    expect((await shownAs(stream, 'paid')).paidAt).not.toBeNull();
  });

  it('is one of many, and all see the same', async () => {
    const { body: order } = await placeDue(shop, shopper, 'toss', { skuId: product.skuId });
    const followers = await Promise.all(Array.from({ length: 20 }, () => follow(order.id)));
    await Promise.all(followers.map(nextOf));
    await endWaiting(shop, order.id);
    const seen = await Promise.all(followers.map(statesOf));
    expect(new Set(seen.map((states) => states.join()))).toEqual(new Set(['expired']));
  });

  it('is nobody else than its member', async () => {
    const other = await createShopper(shop, 0);
    const { body: order } = await placeDue(shop, shopper, 'toss', { skuId: product.skuId });
    const answers = await Promise.all([
      follow(order.id, other),
      follow(newId()),
      follow(order.id, {}),
      follow(order.id, { token: shop.ownerToken }),
      follow('no-id'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 401, 401, 400]);
    for (const { headers } of answers) {
      expect(headers['content-type']).toContain('application/problem+json');
    }
    expect(shop.app.server.openStreams.size).toBe(0);
  });

  it('leaves nothing behind by going', async () => {
    const { body: order } = await placeDue(shop, shopper, 'toss', { skuId: product.skuId });
    const [first, second] = [await follow(order.id), await follow(order.id)];
    await nextOf(first);
    await nextOf(second);
    expect(shop.app.server.openStreams.size).toBe(2);
    first.leave();
    await eventually(() => expect(shop.app.server.openStreams.size).toBe(1));
    await endWaiting(shop, order.id);
    expect(await statesOf(second)).toEqual(['expired']);
  });

  it('is let go when the shop stops', async () => {
    const closing = await startPayingShop();
    let isStopped = false;
    try {
      const { skuId } = await createProduct(closing, { price: 20_000, stock: 5 });
      const member = await createShopper(closing, 0);
      const { body: order } = await placeDue(closing, member, 'toss', { skuId });
      const stream = await openStream(`${closing.url}/api/v1/orders/${order.id}/events`, {
        authorization: `Bearer ${member.token}`,
      });
      await nextOf(stream);
      const startedAt = performance.now();
      const stopping = closing.stop();
      isStopped = true;
      expect(await stream.next()).toBeUndefined();
      await stopping;
      expect(performance.now() - startedAt).toBeLessThan(10_000);
    } finally {
      if (!isStopped) await closing.stop();
    }
  });
});
