import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  keepFundsForOrders,
  spendFundsOnPaidOrders,
} from '../../../src/modules/user/wallet/keep-funds-for-orders.ts';
import type { Id } from '../../../src/platform/ids/id.ts';
import { auditLedger } from '../../support/ledger.ts';
import {
  cancelled,
  handle,
  linesCancelled,
  paid,
  placed,
  tellOrder,
  waysToTell,
  type TestEvent,
  type ToldOrder,
} from '../../support/order-events.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';
import { booksOf, createPayer } from './wallet-books.ts';

let shop: TestShop;
let books: ReturnType<typeof booksOf>;
beforeAll(async () => {
  shop = await startShop();
  books = booksOf(shop);
});
afterAll(() => shop.stop());

const receive = (...events: TestEvent[]) =>
  handle(shop, [keepFundsForOrders, spendFundsOnPaidOrders], events);
const orderFor = (memberId: Id, walletAmount: number, pointsAmount: number) =>
  tellOrder({ memberId, funds: { walletAmount, pointsAmount } });

describe('cancelled lines', () => {
  const BALANCE = { paidAmount: 5_000, freeAmount: 3_000, lots: [100, 200] };
  const first = (order: ToldOrder) =>
    linesCancelled(order, { walletAmount: 600, pointsAmount: 70 });
  const second = (order: ToldOrder) =>
    linesCancelled(order, { walletAmount: 1_500, pointsAmount: 160 });

  it('give back own money before free money, and points to the newest lot first', async () => {
    const memberId = await createPayer(shop, BALANCE);
    const order = orderFor(memberId, 4_000, 150);
    await receive(placed(order), paid(order));

    await receive(first(order));
    expect(await books.balanceOf(memberId)).toEqual({
      paidAmount: 4_600,
      freeAmount: 0,
      lots: [20, 200],
    });
    await receive(linesCancelled(order, { walletAmount: 1_500, pointsAmount: 150 }));
    expect(await books.balanceOf(memberId)).toEqual({
      paidAmount: 5_000,
      freeAmount: 500,
      lots: [100, 200],
    });
    expect(await books.entriesOf(order.orderId)).toEqual([
      { kind: 'payment', paidAmount: -1_000, freeAmount: -3_000 },
      { kind: 'refund', paidAmount: 600, freeAmount: 0 },
      { kind: 'refund', paidAmount: 400, freeAmount: 500 },
    ]);
    expect(await books.pointEntriesOf(order.orderId)).toEqual([
      { kind: 'payment', amount: -150 },
      { kind: 'refund', amount: 70 },
      { kind: 'refund', amount: 80 },
    ]);
    expect(await books.holdOf(order.orderId)).toMatchObject({
      state: 'committed',
      refunded: 1_500,
      refundedPoints: 150,
    });
    await auditLedger(shop);
  });

  it('book the payment first when they overtake it, and change nothing when they are late', async () => {
    const memberId = await createPayer(shop, BALANCE);
    const order = orderFor(memberId, 4_000, 160);
    await receive(placed(order));
    await receive(second(order));
    const after = await books.balanceOf(memberId);
    await receive(first(order), paid(order), second(order));
    expect(await books.balanceOf(memberId)).toEqual(after);
    expect((await books.entriesOf(order.orderId)).map((entry) => entry.kind)).toEqual([
      'payment',
      'refund',
    ]);
    expect((await books.pointEntriesOf(order.orderId)).map((entry) => entry.kind)).toEqual([
      'payment',
      'refund',
    ]);
  });

  it('leave the rest to a cancellation of the whole order', async () => {
    const memberId = await createPayer(shop, BALANCE);
    const order = orderFor(memberId, 4_000, 160);
    await receive(placed(order), paid(order));
    await receive(first(order));
    await receive(cancelled(order, new Date()));
    expect(await books.balanceOf(memberId)).toEqual(BALANCE);
    const refunds = (await books.pointEntriesOf(order.orderId)).slice(1);
    expect(refunds).toEqual([
      { kind: 'refund', amount: 70 },
      { kind: 'refund', amount: 90 },
    ]);
  });

  it('of an order whose whole amount a provider took concern nobody here', async () => {
    const memberId = await createPayer(shop, BALANCE);
    const order = tellOrder({ memberId });
    await receive(placed(order), paid(order), linesCancelled(order, {}));
    expect(await books.holdOf(order.orderId)).toBeUndefined();
  });

  it('give back the points alone when a provider took the money', async () => {
    const memberId = await createPayer(shop, BALANCE);
    const order = orderFor(memberId, 0, 150);
    await receive(placed(order), paid(order), linesCancelled(order, { pointsAmount: 60 }));
    expect(await books.balanceOf(memberId)).toEqual({ ...BALANCE, lots: [10, 200] });
  });

  it('never give back more than was taken', async () => {
    const memberId = await createPayer(shop, BALANCE);
    const order = orderFor(memberId, 100, 10);
    await receive(placed(order), paid(order));
    const before = await books.balanceOf(memberId);
    await expect(receive(linesCancelled(order, { walletAmount: 101 }))).rejects.toThrow(
      'more than it has taken',
    );
    expect(await books.balanceOf(memberId)).toEqual(before);
  });

  it('and their payment end alike in every order', async () => {
    const tell = (order: ToldOrder) => [placed(order), paid(order), first(order), second(order)];
    for (const inThisWay of waysToTell(tell)) {
      expect(await tellIn(inThisWay)).toMatchObject({
        hold: { state: 'committed', refunded: 1_500, refundedPoints: 160 },
        balance: { paidAmount: 5_000, freeAmount: 500, lots: [100, 200] },
      });
    }
    await auditLedger(shop);
  });

  it('and the end of the whole order end alike in every order', async () => {
    const tell = (order: ToldOrder) => [
      placed(order),
      paid(order),
      first(order),
      second(order),
      cancelled(order, new Date()),
    ];
    for (const inThisWay of waysToTell(tell)) {
      const { events, hold, balance } = await tellIn(inThisWay);
      expect({ events, balance }).toEqual({ events, balance: BALANCE });
      // A cancellation that comes before its placement finds nothing to give back.
      const nothingTaken = events.indexOf('order.cancelled') < events.indexOf('order.placed');
      const refunds = nothingTaken
        ? { refunded: 0, refundedPoints: 0 }
        : { refunded: 4_000, refundedPoints: 160 };
      expect({ events, hold }).toMatchObject({ events, hold: { state: 'released', ...refunds } });
    }
    await auditLedger(shop);
  });

  /** Tells an order of a new member in one of the ways, and says what it comes to. */
  async function tellIn(inThisWay: (order: ToldOrder) => TestEvent[][]) {
    const memberId = await createPayer(shop, BALANCE);
    const order = orderFor(memberId, 4_000, 160);
    const batches = inThisWay(order);
    for (const batch of batches) {
      await receive(...batch);
    }
    const hold = await books.holdOf(order.orderId);
    const events = batches.flat().map((event) => event.name);
    return { events, hold, balance: await books.balanceOf(memberId) };
  }
});
