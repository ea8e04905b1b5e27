import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stockHeld, stockRefused } from '../../../src/modules/catalog/catalog.events.ts';
import { couponHeld, couponRefused } from '../../../src/modules/coupon/coupon.events.ts';
import { lockOpenOrders } from '../../../src/modules/order/placing/answers.store.ts';
import { draftOrder, type Draft } from '../../../src/modules/order/placing/draft-order.ts';
import { PlacedOrders } from '../../../src/modules/order/placing/placed-orders.ts';
import { OrderNews } from '../../../src/modules/order/order-news.ts';
import { insertOrders } from '../../../src/modules/order/placing/placing.store.ts';
import { createSettleOrdersOnAnswers } from '../../../src/modules/order/placing/settle-orders-on-answers.ts';
import { fundsHeld, fundsRefused } from '../../../src/modules/user/user.events.ts';
import type { TransactionalConsumer } from '../../../src/platform/events/consumer.ts';
import { idToBytes, newId, type Id } from '../../../src/platform/ids/id.ts';
import { ADDRESS } from '../../support/factories.ts';
import { locksInOrder } from '../../support/lock-order.ts';
import { answersOf, handle, type TestEvent } from '../../support/order-events.ts';
import { permutations } from '../../support/shuffle.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';
import { unheardSkus } from '../../support/unheard-skus.ts';

let shop: TestShop;
let settleOrders: TransactionalConsumer;
beforeAll(async () => {
  shop = await startShop();
  settleOrders = createSettleOrdersOnAnswers({
    clock: { now: () => new Date('2026-11-20T00:00:00.000Z'), nowMs: () => Date.UTC(2026, 10, 20) },
    news: new OrderNews(),
    placedOrders,
    knownSkus: unheardSkus(shop.database),
    paymentWindowMs: 900_000,
  });
});
afterAll(() => shop.stop());

const placedOrders = new PlacedOrders();
const receive = (...events: TestEvent[]) => handle(shop, settleOrders, events);

/**
 * Orders that nobody was told of: only what a test answers is ever answered.
 * @param isRemembered as by the process that placed them
 */
async function insertUntold(howMany: number, isRemembered: boolean): Promise<Draft[]> {
  const skuId = newId();
  const sku = {
    skuId,
    productId: newId(),
    typeId: null,
    name: '새벽 무화과',
    options: '50ml',
    thumbnailUrl: null,
    listPrice: 10_000,
    discountPercent: 0,
    priceDelta: 0,
    taxType: 'taxable' as const,
    onSale: true,
  };
  const terms = {
    kind: 'fixed_amount' as const,
    discountAmount: 1_000,
    percent: 0,
    maxDiscountAmount: null,
    minOrderAmount: 0,
    scope: { kind: 'all' as const, ids: [] },
  };
  const drafts = Array.from({ length: howMany }, () => {
    const [memberId, memberCouponId] = [newId(), newId()];
    const coupon = { memberId, expiresAt: new Date('2090-01-01T00:00:00.000Z'), terms };
    const items = [{ skuId, quantity: 2 }];
    return draftOrder(
      {
        memberId,
        memberCouponId,
        items,
        cartId: null,
        paymentMethod: 'wallet',
        address: ADDRESS,
      },
      { skus: new Map([[skuId, sku]]), coupons: new Map([[memberCouponId, coupon]]) },
      {
        shippingAmount: 3_000,
        freeShippingFromAmount: 30_000,
        placementTimeoutMs: 60_000,
        minimumOf: () => 0,
      },
      new Date(),
    );
  });
  await shop.app.backbone.inTransaction((tx) => insertOrders(tx, drafts));
  if (isRemembered) placedOrders.keep(drafts);
  return drafts;
}

/** What the participants say of an order: `yes`, or why not. */
type Said = {
  stock: 'yes' | 'out_of_stock' | 'price_changed';
  funds: 'yes' | 'payment_declined';
  coupon: 'yes' | 'no';
};

/** What is missing of an order that is refused as out_of_stock. */
const SHORTAGES = [newId(), newId()]
  .toSorted()
  .map((skuId, index) => ({ skuId, requestedQuantity: 2, availableQuantity: index }));

function refusedStock(orderId: Id, reason: 'out_of_stock' | 'price_changed'): TestEvent {
  const shortages = reason === 'out_of_stock' ? SHORTAGES : [];
  const skuIds = shortages.map(({ skuId }) => skuId);
  return stockRefused.read(stockRefused.of(orderId, 1, { orderId, reason, skuIds, shortages }));
}

function answers(orderId: Id, { stock, funds, coupon }: Said): TestEvent[] {
  return [
    stock === 'yes'
      ? stockHeld.read(stockHeld.of(orderId, 1, { orderId }))
      : refusedStock(orderId, stock),
    funds === 'yes'
      ? fundsHeld.read(fundsHeld.of(orderId, 1, { orderId }))
      : fundsRefused.read(fundsRefused.of(orderId, 1, { orderId, reason: funds })),
    coupon === 'yes'
      ? couponHeld.read(couponHeld.of(orderId, 1, { orderId }))
      : couponRefused.read(couponRefused.of(orderId, 1, { orderId })),
  ];
}

const show = async (orderId: Id) => {
  const { body } = await shop.api.get(`/admin/orders/${orderId}`, { token: shop.ownerToken });
  const { state, failureCode, failureSkus, paidAt } = body;
  return { state, failureCode, failureSkus, paidAt };
};
/** What order itself told of an order. */
const toldOf = async (orderId: Id) =>
  (await answersOf(shop, orderId))
    .map((event) => event.name)
    .filter((name) => name.startsWith('order.'));

const YES: Said = { stock: 'yes', funds: 'yes', coupon: 'yes' };

describe.each([
  { where: 'placed elsewhere', isRemembered: false },
  { where: 'placed here', isRemembered: true },
])('the answers about an order $where', ({ isRemembered }) => {
  it.each([
    { said: YES, failureCode: null },
    { said: { ...YES, stock: 'out_of_stock' as const }, failureCode: 'out_of_stock' },
    { said: { ...YES, stock: 'price_changed' as const }, failureCode: 'price_changed' },
    { said: { ...YES, funds: 'payment_declined' as const }, failureCode: 'payment_declined' },
    {
      said: { stock: 'yes', funds: 'payment_declined', coupon: 'no' } as const,
      failureCode: 'coupon_rejected',
    },
    {
      said: { stock: 'out_of_stock', funds: 'payment_declined', coupon: 'no' } as const,
      failureCode: 'out_of_stock',
    },
  ])(
    'decide it alike in every order, at once and one by one: $said',
    async ({ said, failureCode }) => {
      const places = permutations([0, 1, 2]);
      const drafts = await insertUntold(places.length * 2, isRemembered);
      for (const [index, { order }] of drafts.entries()) {
        const spoken = answers(order.id, said);
        const sequence = (places[index >> 1] ?? []).flatMap((place) => spoken[place] ?? []);
        const batches = index % 2 === 0 ? [sequence] : sequence.map((event) => [event]);
        for (const batch of batches) {
          await receive(...batch);
        }
      }
      const shown = await Promise.all(drafts.map(({ order }) => show(order.id)));
      const failureSkus = failureCode === 'out_of_stock' ? SHORTAGES : [];
      const decided =
        failureCode === null
          ? { state: 'paid', failureCode, failureSkus: [], paidAt: '2026-11-20T00:00:00.000Z' }
          : { state: 'failed', failureCode, failureSkus, paidAt: null };
      expect(shown).toEqual(shown.map(() => decided));
      const told = await Promise.all(drafts.map(({ order }) => toldOf(order.id)));
      expect(told).toEqual(told.map(() => [failureCode === null ? 'order.paid' : 'order.failed']));
    },
  );

  it('are waited for until the last: a refusal alone decides nothing', async () => {
    const [draft] = await insertUntold(1, isRemembered);
    const orderId = draft?.order.id ?? '';
    const [stock, funds, coupon] = answers(orderId, { ...YES, stock: 'out_of_stock' });
    await receive(...[stock ?? [], funds ?? []].flat());
    expect(await show(orderId)).toMatchObject({ state: 'placed', failureCode: null });
    await receive(...[coupon ?? []].flat());
    expect(await show(orderId)).toMatchObject({ state: 'failed', failureCode: 'out_of_stock' });
  });

  it.each([0, 1])('change nothing any more when it was cancelled after %i', async (heard) => {
    const [draft] = await insertUntold(1, isRemembered);
    if (!draft) throw new Error('no order was made');
    const { id, memberId } = draft.order;
    const token = shop.app.server.jwt.sign({ kind: 'member', sub: memberId });
    const all = answers(id, YES);
    const rest = all.slice(heard);
    if (heard > 0) await receive(...all.slice(0, heard));
    const body = { reason: '단순 변심' };
    expect((await shop.api.post(`/orders/${id}/cancel`, { token, body })).status).toBe(200);
    await receive(...rest);
    expect(await show(id)).toMatchObject({ state: 'cancelled', paidAt: null });
    expect(await toldOf(id)).toEqual(['order.cancelled']);
  });

  it.each(['at once', 'one by one'])('are final: none replaces an earlier one, %s', async (how) => {
    const [draft] = await insertUntold(1, isRemembered);
    const id = draft?.order.id ?? '';
    const [stock, funds, coupon] = answers(id, YES);
    const [otherStock, otherFunds, otherCoupon] = answers(id, {
      stock: 'out_of_stock',
      funds: 'payment_declined',
      coupon: 'no',
    });
    // The last one contradicts what has decided the order.
    const told = [stock, otherStock, funds, otherFunds, coupon, otherCoupon];
    const events = told.flatMap((event) => event ?? []);
    const batches = how === 'at once' ? [events] : events.map((event) => [event]);
    for (const batch of batches) await receive(...batch);
    expect(await show(id)).toMatchObject({ state: 'paid', failureCode: null });
    expect(await toldOf(id)).toEqual(['order.paid']);
    const [row] = await shop.database.select(
      `SELECT stock_answer AS stock, funds_answer AS funds, coupon_answer AS coupon
       FROM order_orders WHERE id = ?`,
      [idToBytes(id)],
    );
    expect(row).toEqual({ stock: 'held', funds: 'held', coupon: 'held' });
  });

  it('about an order that is not here are passed over', async () => {
    await expect(receive(...answers(newId(), YES))).resolves.toBeUndefined();
  });

  it('of many orders decide each for itself, by two handlers at once', async () => {
    const drafts = await insertUntold(40, isRemembered);
    const spoken = drafts.map(({ order }, index) =>
      answers(order.id, index % 2 === 0 ? YES : { ...YES, funds: 'payment_declined' }),
    );
    await Promise.all([
      receive(...spoken.flatMap((events) => events.slice(0, 1))),
      receive(...spoken.toReversed().flatMap((events) => events.slice(1))),
    ]);
    const shown = await Promise.all(drafts.map(({ order }) => show(order.id)));
    expect(shown.map(({ state }) => state)).toEqual(
      drafts.map((_, index) => (index % 2 === 0 ? 'paid' : 'failed')),
    );
    const told = await Promise.all(drafts.map(({ order }) => toldOf(order.id)));
    expect(new Set(told.map((names) => names.length))).toEqual(new Set([1]));
  });
});

describe('answers that arrive apart', () => {
  it('wait for the last one, which decides', async () => {
    const [draft] = await insertUntold(1, true);
    const events = answers(draft?.order.id ?? '', YES);
    const heard = events.map((event) => settleOrders.patient?.([event]));
    expect(heard).toEqual([true, true, false]);
  });

  it('do not wait for more than one of them when nothing is known of the order', async () => {
    const [draft] = await insertUntold(1, false);
    const events = answers(draft?.order.id ?? '', YES);
    expect(settleOrders.patient?.(events.slice(0, 1))).toBe(false);
  });

  it('of several orders wait while all of them do', async () => {
    const [one, two] = await insertUntold(2, true);
    const first = answers(one?.order.id ?? '', YES);
    const second = answers(two?.order.id ?? '', YES);
    const together = [0, 1, 2].map((place) => [first, second].flatMap((all) => all[place] ?? []));
    expect(together.map((events) => settleOrders.patient?.(events))).toEqual([true, true, false]);
  });
});

describe('transactions that want the same orders', () => {
  it('lock them in one order, and so do not meet in a deadlock', async () => {
    const [one, two] = (await insertUntold(2, false)).map(({ order }) => order.id);
    const orders = { table: 'order_orders', key: 'id', ids: [one, two] as [Id, Id] };
    expect(await locksInOrder(shop, orders, lockOpenOrders)).toBe(true);
  });
});
