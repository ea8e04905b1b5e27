import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADDRESS, createProduct, createShopper } from '../../support/factories.ts';
import { auditPayments } from '../../support/audit-payments.ts';
import { startPayingShop, type PayingShop } from '../../support/paying.ts';
import { eventsOf, showOrder, toldOf } from '../../support/payments-seen.ts';
import { givePoints, purseOf, unitsOf } from '../../support/purses.ts';
import { randomFrom, shuffled } from '../../support/shuffle.ts';
import { booksOf } from '../user/wallet-books.ts';
import { createCancelRig, type CancelRig, type Order, type Wish } from './support/cancel-rig.ts';

let shop: PayingShop;
let cancel: CancelRig['cancel'];
let cancelSome: CancelRig['cancelSome'];
let buyMuch: CancelRig['buyMuch'];
beforeAll(async () => {
  shop = await startPayingShop();
  ({ cancel, cancelSome, buyMuch } = createCancelRig(shop));
});
afterAll(() => shop.stop());

const salesOfToday = async () => {
  const { body } = await shop.api.get('/admin/dashboard/summary', { token: shop.ownerToken });
  return body as { paidAmount: number; cancelledAmount: number; cancelledOrders: number };
};

/** What the units cancelled so far are worth: of each line, rounded down to a won. */
function worthOf({ lines }: Order): { money: number; points: number } {
  let [money, points] = [0, 0];
  for (const line of lines) {
    const paid = line.lineAmount - line.couponShareAmount - line.pointsShareAmount;
    money += Math.floor((paid * line.cancelledQuantity) / line.quantity);
    points += Math.floor((line.pointsShareAmount * line.cancelledQuantity) / line.quantity);
  }
  return { money, points };
}

describe('cancelling some units of an order paid from the wallet', () => {
  it('gives back their part of money and points, and the units, and counts as returned sales', async () => {
    const { first, second, shopper, order } = await buyMuch();
    const before = await purseOf(shop, shopper);
    const sales = await salesOfToday();
    const answer = await cancelSome(shopper, order.id, { skuId: first.skuId, quantity: 1 });
    expect(answer.status).toBe(200);
    const { lineAmount, couponShareAmount, pointsShareAmount } = order.lines[0];
    const money = Math.floor((lineAmount - couponShareAmount - pointsShareAmount) / 2);
    const points = Math.floor(pointsShareAmount / 2);
    expect(answer.body).toMatchObject({
      state: 'paid',
      payment: { state: 'partially_refunded', amount: order.totalAmount },
      refundedAmount: money,
      refundedPointsAmount: points,
      totalAmount: order.totalAmount,
      lines: [
        { skuId: first.skuId, quantity: 2, cancelledQuantity: 1 },
        { skuId: second.skuId, quantity: 3, cancelledQuantity: 0 },
      ],
      cancelledAt: null,
    });
    await auditPayments(shop);
    expect(await purseOf(shop, shopper)).toEqual({
      money: before.money + money,
      points: before.points + points,
      coupons: ['used'],
    });
    expect(await unitsOf(shop, first)).toEqual({ open: 9, held: 0, sold: 1 });
    expect(await unitsOf(shop, second)).toEqual({ open: 7, held: 0, sold: 3 });
    expect(await salesOfToday()).toMatchObject({
      paidAmount: sales.paidAmount,
      cancelledAmount: sales.cancelledAmount + money,
      cancelledOrders: sales.cancelledOrders,
    });
    expect((await eventsOf(shop, order.id)).at(-1)).toMatchObject({
      name: 'order.lines-cancelled',
      payload: {
        refundAmount: money,
        lines: [{ skuId: first.skuId, quantity: 1, unitPrice: 8_991, lineAmount: 8_991 }],
        soFar: { walletAmount: money, pointsAmount: points },
      },
    });
  });

  it('brings back everything in the end, shipping and coupon with the last unit', async () => {
    const { first, second, shopper, order } = await buyMuch();
    const sales = await salesOfToday();
    const steps: Wish[][] = [
      [{ skuId: second.skuId, quantity: 1 }],
      [{ skuId: first.skuId, quantity: 2 }],
      [{ skuId: second.skuId, quantity: 1 }],
    ];
    let refunded = 0;
    for (const lines of steps) {
      const { body } = await cancelSome(shopper, order.id, ...lines);
      expect(body.state).toBe('paid');
      expect([body.refundedAmount, body.refundedPointsAmount]).toEqual(
        Object.values(worthOf(body)),
      );
      expect(body.refundedAmount).toBeGreaterThan(refunded);
      refunded = body.refundedAmount;
      await auditPayments(shop);
    }
    const last = await cancelSome(shopper, order.id, { skuId: second.skuId, quantity: 1 });
    expect(last.body).toMatchObject({
      state: 'cancelled',
      payment: { state: 'refunded' },
      refundedAmount: order.totalAmount,
      refundedPointsAmount: 2_500,
    });
    expect(order.totalAmount - refunded).toBeGreaterThanOrEqual(3_000);
    await auditPayments(shop);
    expect(await purseOf(shop, shopper)).toEqual({
      money: 100_000,
      points: 5_000,
      coupons: ['issued'],
    });
    expect(await booksOf(shop).lotsOf(shopper.id)).toEqual([1_000, 4_000]);
    expect(await unitsOf(shop, first)).toEqual({ open: 10, held: 0, sold: 0 });
    expect(await unitsOf(shop, second)).toEqual({ open: 10, held: 0, sold: 0 });
    expect(await salesOfToday()).toMatchObject({
      cancelledAmount: sales.cancelledAmount + order.totalAmount,
      cancelledOrders: sales.cancelledOrders + 1,
    });
    expect(await toldOf(shop, order.id)).toEqual([
      'order.placed',
      'order.paid',
      'order.lines-cancelled',
      'order.lines-cancelled',
      'order.lines-cancelled',
      'order.cancelled',
    ]);
  });

  it('leaves the rest to a cancellation of the whole', async () => {
    const { first, shopper, order } = await buyMuch();
    await cancelSome(shopper, order.id, { skuId: first.skuId, quantity: 1 });
    const { body } = await cancel(shopper, order.id, { reason: '단순 변심' });
    expect(body).toMatchObject({ state: 'cancelled', refundedAmount: order.totalAmount });
    expect(body.lines.map((line: Order) => line.cancelledQuantity)).toEqual([2, 3]);
    await auditPayments(shop);
    expect(await purseOf(shop, shopper)).toMatchObject({ money: 100_000, points: 5_000 });
  });

  it('comes to the same in whatever steps, for orders of any kind', async () => {
    const random = randomFrom(7);
    const upTo = (most: number) => Math.floor(random() * (most + 1));
    for (let round = 0; round < 12; round += 1) {
      const goods = await Promise.all(
        Array.from({ length: 1 + upTo(2) }, () =>
          createProduct(shop, { price: 1 + upTo(20_000), stock: 10, discountPercent: upTo(90) }),
        ),
      );
      const shopper = await createShopper(shop, 1_000_000);
      const items = goods.map(({ skuId }) => ({ skuId, quantity: 1 + upTo(6) }));
      const request = { items, address: ADDRESS, paymentMethod: 'wallet' };
      const { body: quote } = await shop.api.post('/orders/quote', {
        token: shopper.token,
        body: { items },
      });
      const pointsAmount = upTo(quote.itemsAmount);
      if (pointsAmount > 0) await givePoints(shop, shopper, pointsAmount);
      const before = await purseOf(shop, shopper);
      const { body: order } = await shop.api.post('/orders', {
        token: shopper.token,
        body: { ...request, pointsAmount },
      });
      const units = items.flatMap(({ skuId, quantity }) =>
        Array.from({ length: quantity }, () => skuId),
      );
      const inAnyOrder = shuffled(units, random);
      while (inAnyOrder.length > 0) {
        const lines = inAnyOrder.splice(0, 1 + upTo(3)).map((skuId) => ({ skuId, quantity: 1 }));
        const { body } = await cancelSome(shopper, order.id, ...lines);
        const isLast = inAnyOrder.length === 0;
        expect(body.state).toBe(isLast ? 'cancelled' : 'paid');
        const { money, points } = worthOf(body);
        expect([body.refundedAmount, body.refundedPointsAmount]).toEqual(
          isLast ? [order.totalAmount, pointsAmount] : [money, points],
        );
      }
      await shop.app.backbone.settled();
      expect(await purseOf(shop, shopper)).toEqual(before);
    }
    await auditPayments(shop);
  });

  it('fifty times at once gives back no more than was paid, and no less', async () => {
    const [first, second] = [
      await createProduct(shop, { price: 7_001, stock: 100 }),
      await createProduct(shop, { price: 1_003, stock: 100 }),
    ];
    const shopper = await createShopper(shop, 1_000_000);
    const items = [first, second].map(({ skuId }) => ({ skuId, quantity: 15 }));
    const { body: order } = await shop.api.post('/orders', {
      token: shopper.token,
      body: { items, address: ADDRESS, paymentMethod: 'wallet' },
    });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        cancelSome(shopper, order.id, {
          skuId: (index % 2 === 0 ? first : second).skuId,
          quantity: 1,
        }),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(30);
    expect(statuses.filter((status) => ![200, 400, 409].includes(status))).toEqual([]);
    expect(await showOrder(shop, order.id)).toMatchObject({
      state: 'cancelled',
      refundedAmount: order.totalAmount,
    });
    await auditPayments(shop);
    expect((await purseOf(shop, shopper)).money).toBe(1_000_000);
    expect(await unitsOf(shop, first)).toEqual({ open: 100, held: 0, sold: 0 });
  });

  it('at the same time as the whole gives back once', async () => {
    const orders = await Promise.all(Array.from({ length: 8 }, () => buyMuch()));
    await Promise.all(
      orders.flatMap(({ first, second, shopper, order }) => [
        cancelSome(shopper, order.id, { skuId: first.skuId, quantity: 1 }),
        cancel(shopper, order.id, { reason: '단순 변심' }),
        cancelSome(shopper, order.id, { skuId: second.skuId, quantity: 2 }),
      ]),
    );
    await auditPayments(shop);
    for (const { shopper } of orders) {
      expect(await purseOf(shop, shopper)).toMatchObject({ money: 100_000, points: 5_000 });
    }
  });
});
