import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { giveBackToCarts } from '../../../src/modules/order/cart/give-back-to-carts.ts';
import { idFromBytes, newId, type Id } from '../../../src/platform/ids/id.ts';
import { cartIdsOf, contentOf, copySkus, createCartClient } from '../../support/carts.ts';
import { ADDRESS, createProduct, createShopper, type Shopper } from '../../support/factories.ts';
import {
  approveAtToss,
  confirm,
  endWaiting,
  startPayingShop,
  type PayingShop,
} from '../../support/paying.ts';
import { untilState } from '../../support/payments-seen.ts';

const PRICE = 20_000;

let shop: PayingShop;
let cart: ReturnType<typeof createCartClient>;
let skuIds: [Id, Id, Id];
beforeAll(async () => {
  shop = await startPayingShop({ SHOP_ORDER_ANSWER_WAIT_MS: '30000' });
  cart = createCartClient(shop.url);
  const made = [1, 2, 3].map(() => createProduct(shop, { price: PRICE, stock: 1_000 }));
  const [a, b, c] = await Promise.all(made);
  if (!a || !b || !c) throw new Error('three products were wanted');
  skuIds = [a.skuId, b.skuId, c.skuId];
});
afterAll(() => shop.stop());

const place = async ({ token }: Shopper, paymentMethod = 'toss') =>
  (await shop.api.post('/orders', { token, body: { paymentMethod, address: ADDRESS } })).body;
const cancel = ({ token }: Shopper, orderId: Id) =>
  shop.api.post(`/orders/${orderId}/cancel`, { token, body: { reason: '단순 변심' } });

/** A member whose cart, one of each of two SKUs, is an order by now that waits for its payment. */
async function shopperWithOrder() {
  const [a, b] = skuIds;
  const shopper = await createShopper(shop, 10 * PRICE);
  // Not in the order of their ids.
  for (const skuId of [b, a]) await cart.put(shopper, skuId, 1);
  const order = await place(shopper);
  expect(order.state).toBe('payment_due');
  expect(contentOf(await cart.show(shopper))).toEqual([]);
  return { shopper, order, content: [b, a].map((skuId): [Id, number] => [skuId, 1]) };
}

type Ordered = Awaited<ReturnType<typeof shopperWithOrder>>;

/** All ways in which an order ends that was never paid. */
const ENDS: [string, (ordered: Ordered) => Promise<unknown>][] = [
  ['is cancelled before it is paid', ({ shopper, order }) => cancel(shopper, order.id)],
  [
    'is not paid in time',
    async ({ order }) => {
      await endWaiting(shop, order.id);
      await untilState(shop, order.id, 'expired');
    },
  ],
  [
    'is declined by the provider',
    async ({ shopper, order }) => {
      const approval = approveAtToss(shop, order);
      shop.toss.misbehave({ on: 'confirm', how: 'decline', payment: approval.paymentKey });
      await confirm(shop, shopper, order.id, approval);
      await untilState(shop, order.id, 'failed');
    },
  ],
];

describe.each(ENDS)('the cart of an order that %s', (_end, end) => {
  it('has its lines again, in their order', async () => {
    const ordered = await shopperWithOrder();
    await end(ordered);
    expect(contentOf(await cart.show(ordered.shopper))).toEqual(ordered.content);
  });

  it('keeps what was put in meanwhile, behind what came back', async () => {
    const [a, b, c] = skuIds;
    const ordered = await shopperWithOrder();
    await cart.put(ordered.shopper, a, 7);
    await cart.put(ordered.shopper, c, 2);
    await end(ordered);
    expect(contentOf(await cart.show(ordered.shopper))).toEqual([
      [b, 1],
      [a, 7],
      [c, 2],
    ]);
  });
});

describe('the cart of an order that was paid', () => {
  it('stays empty when the order is cancelled', async () => {
    const { shopper, order } = await shopperWithOrder();
    await confirm(shop, shopper, order.id, approveAtToss(shop, order));
    expect((await cancel(shopper, order.id)).status).toBe(200);
    expect(contentOf(await cart.show(shopper))).toEqual([]);
  });
});

describe('lines that come back', () => {
  const giveBack = (...orders: { cartId: Id; lines: { skuId: Id; quantity: number }[] }[]) => {
    const told = orders.map((order) => ({ ...order, id: newId() }));
    const lines = new Map(told.map((order) => [order.id, order.lines]));
    return shop.app.backbone.inTransaction((tx) => giveBackToCarts(tx, told, new Date(), lines));
  };
  async function shopperWith(quantities: readonly (readonly [Id, number])[]) {
    const shopper = await createShopper(shop, 0);
    await Promise.all(quantities.map(([skuId, quantity]) => cart.put(shopper, skuId, quantity)));
    const [bytes] = await cartIdsOf(shop, shopper.id);
    if (!bytes) throw new Error('the member has no cart');
    return { ...shopper, cartId: idFromBytes(bytes) };
  }

  it('fill the cart up to 100 SKUs, what is there first', async () => {
    const copied = await copySkus(shop, 103);
    const own = copied.slice(0, 98).map((skuId) => [skuId, 1] as const);
    const shopper = await shopperWith(own);
    const lines = copied.slice(97).map((skuId) => ({ skuId, quantity: 999 }));
    await giveBack({ cartId: shopper.cartId, lines });
    const content = new Map(contentOf(await cart.show(shopper)));
    expect(content.size).toBe(100);
    expect(copied.slice(0, 98).map((skuId) => content.get(skuId))).toEqual(own.map(() => 1));
    expect(copied.slice(98).map((skuId) => content.get(skuId))).toEqual([
      999,
      999,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('of two orders come once of each SKU, and those of no cart nowhere', async () => {
    const [a, b, c] = (await copySkus(shop, 3)) as [Id, Id, Id];
    const { token, cartId } = await shopperWith([[a, 5]]);
    await giveBack(
      { cartId, lines: [{ skuId: b, quantity: 2 }] },
      { cartId: newId(), lines: [{ skuId: c, quantity: 1 }] },
      {
        cartId,
        lines: [
          { skuId: a, quantity: 1 },
          { skuId: b, quantity: 3 },
        ],
      },
    );
    expect(new Map(contentOf(await cart.show({ token })))).toEqual(
      new Map([
        [a, 5],
        [b, 2],
      ]),
    );
  });
});
