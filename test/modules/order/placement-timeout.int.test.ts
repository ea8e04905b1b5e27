import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stockHeld } from '../../../src/modules/catalog/catalog.events.ts';
import { PlacedOrders } from '../../../src/modules/order/placing/placed-orders.ts';
import { OrderNews } from '../../../src/modules/order/order-news.ts';
import { draftOrder, placedEvent } from '../../../src/modules/order/placing/draft-order.ts';
import { insertOrders } from '../../../src/modules/order/placing/placing.store.ts';
import { createSettleOrdersOnAnswers } from '../../../src/modules/order/placing/settle-orders-on-answers.ts';
import { readFacts } from '../../../src/modules/order/placing/read-facts.ts';
import { fundsHeld } from '../../../src/modules/user/user.events.ts';
import { recordEvents } from '../../../src/platform/events/record-events.ts';
import { eventually } from '../../support/eventually.ts';
import { ADDRESS, createShopper, orderOf, type TestProduct } from '../../support/factories.ts';
import { createProduct } from '../../support/factories.ts';
import { handle } from '../../support/order-events.ts';
import { auditPayments } from '../../support/audit-payments.ts';
import { startPayingShop, type PayingShop } from '../../support/paying.ts';
import { showOrder, toldOf, untilState } from '../../support/payments-seen.ts';
import { unheardSkus } from '../../support/unheard-skus.ts';

let shop: PayingShop;
let product: TestProduct;

describe('an order that nobody decides', () => {
  beforeAll(async () => {
    shop = await startPayingShop({ SHOP_PLACEMENT_TIMEOUT_MS: '2000' });
    product = await createProduct(shop, { price: 20_000, stock: 1000 });
  });
  afterAll(() => shop.stop());

  /** Placed some time ago; with `isTold` the others hear of it, else nobody ever answers. */
  async function insertStuck(isTold: boolean) {
    const member = await createShopper(shop, 100_000);
    const placement = {
      memberId: member.id,
      items: [{ skuId: product.skuId, quantity: 2 }],
      cartId: null,
      paymentMethod: 'wallet' as const,
      address: ADDRESS,
    };
    const facts = await readFacts(
      { database: shop.database, knownSkus: unheardSkus(shop.database) },
      [placement],
    );
    const terms = {
      shippingAmount: 3_000,
      freeShippingFromAmount: 30_000,
      placementTimeoutMs: 2000,
      minimumOf: () => 0,
    };
    const draft = draftOrder(placement, facts, terms, new Date(Date.now() - 10_000));
    await shop.app.backbone.inTransaction(async (tx) => {
      await insertOrders(tx, [draft]);
      if (isTold) recordEvents(tx, placedEvent(draft));
    });
    return { id: draft.order.id, token: member.token };
  }

  it('expires, and stays so whatever is answered later', async () => {
    const { id, token } = await insertStuck(false);
    const expired = await untilState(shop, id, 'expired');
    expect(expired).toMatchObject({ failureCode: 'placement_timeout', paidAt: null });
    expect(await toldOf(shop, id)).toEqual(['order.expired']);
    const cancelled = await shop.api.post(`/orders/${id}/cancel`, {
      token,
      body: { reason: '단순 변심' },
    });
    expect(cancelled.body.code).toBe('order_not_cancellable');

    const settleOrders = createSettleOrdersOnAnswers({
      clock: { now: () => new Date(), nowMs: () => Date.now() },
      news: new OrderNews(),
      placedOrders: new PlacedOrders(),
      knownSkus: unheardSkus(shop.database),
      paymentWindowMs: 900_000,
    });
    const answers = [
      stockHeld.read(stockHeld.of(id, 1, { orderId: id })),
      fundsHeld.read(fundsHeld.of(id, 1, { orderId: id })),
    ];
    for (const answer of answers) await handle(shop, settleOrders, [answer]);
    expect(await showOrder(shop, id)).toMatchObject({
      state: 'expired',
      failureCode: 'placement_timeout',
      paidAt: null,
    });
    expect(await toldOf(shop, id)).toEqual(['order.expired']);
    await auditPayments(shop);
  });

  it('is decided or ended, never both, when its answers come as late as that', async () => {
    const stuck = await Promise.all(Array.from({ length: 20 }, () => insertStuck(true)));
    await eventually(async () => {
      const orders = await Promise.all(stuck.map(({ id }) => showOrder(shop, id)));
      const ends = ['paid', 'failed', 'expired'];
      expect(orders.filter(({ state }) => !ends.includes(state))).toEqual([]);
    });
    await auditPayments(shop);
    const told = await Promise.all(stuck.map(({ id }) => toldOf(shop, id)));
    expect(told.filter((names) => names.length !== 2)).toEqual([]);
  });

  it('is found among those that are decided', async () => {
    const rich = await createShopper(shop, 1_000_000);
    const orders = await Promise.all(
      Array.from({ length: 5 }, () =>
        shop.api.post('/orders', { token: rich.token, body: orderOf(product.skuId) }),
      ),
    );
    const stuck = await Promise.all([insertStuck(false), insertStuck(false)]);
    await Promise.all(stuck.map(({ id }) => untilState(shop, id, 'expired')));
    const states = await Promise.all(
      orders.map(async ({ body }) => (await showOrder(shop, body.id)).state),
    );
    expect(new Set(states)).toEqual(new Set(['paid']));
    await auditPayments(shop);
  });
});

describe('a deadline of an undecided order', () => {
  it.each(['on', 'off'])(
    'is gone when the order is decided, with SHOP_EVENTS_AT_ONCE=%s',
    async (atOnce) => {
      const other = await startPayingShop({ SHOP_EVENTS_AT_ONCE: atOnce });
      try {
        const { skuId } = await createProduct(other, { price: 20_000, stock: 3 });
        const { token } = await createShopper(other, 1_000_000);
        const placed = await Promise.all(
          Array.from({ length: 5 }, () =>
            other.api.post('/orders', { token, body: orderOf(skuId) }),
          ),
        );
        expect(placed.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
          201, 201, 201, 409, 409,
        ]);
        expect(await other.database.select('SELECT * FROM order_deadlines')).toEqual([]);
      } finally {
        await other.stop();
      }
    },
  );
});
