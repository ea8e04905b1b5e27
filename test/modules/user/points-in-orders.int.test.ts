import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  keepFundsForOrders,
  spendFundsOnPaidOrders,
} from '../../../src/modules/user/wallet/keep-funds-for-orders.ts';
import { newId, type Id } from '../../../src/platform/ids/id.ts';
import { auditLedger } from '../../support/ledger.ts';
import {
  answersOf,
  cancelled,
  causal,
  expired,
  failed,
  handle,
  linesCancelled,
  paid,
  placed,
  tellOrder,
  type TestEvent,
  type ToldOrder,
} from '../../support/order-events.ts';
import { inBatches, randomFrom, shuffled } from '../../support/shuffle.ts';
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
const stateOf = async ({ orderId }: ToldOrder) => (await books.holdOf(orderId))?.state;

describe('an order with points', () => {
  it('takes them from the oldest lots, together with pay money', async () => {
    const memberId = await createPayer(shop, {
      paidAmount: 5_000,
      freeAmount: 3_000,
      lots: [100, 200, 300],
    });
    const order = orderFor(memberId, 4_000, 250);
    await receive(placed(order));
    expect(await books.balanceOf(memberId)).toMatchObject({
      paidAmount: 4_000,
      freeAmount: 0,
      lots: [0, 50, 300],
    });
    expect(await books.holdOf(order.orderId)).toMatchObject({ state: 'held', pointsAmount: 250 });
    const lots = await books.heldLotsOf(order.orderId);
    expect(lots?.map(([, amount]) => amount)).toEqual([100, 150]);
    expect(await answersOf(shop, order.orderId)).toMatchObject([{ name: 'user.funds-held' }]);
    expect(await books.pointEntriesOf(order.orderId)).toEqual([]);

    await receive(paid(order));
    const payment = { kind: 'payment', amount: -250 };
    expect(await books.pointEntriesOf(order.orderId)).toEqual([payment]);

    await receive(cancelled(order, new Date()));
    expect(await books.pointEntriesOf(order.orderId)).toEqual([
      payment,
      { kind: 'refund', amount: 250 },
    ]);
    expect(await books.balanceOf(memberId)).toEqual({
      paidAmount: 5_000,
      freeAmount: 3_000,
      lots: [100, 200, 300],
    });
    await auditLedger(shop);
  });

  it.each([
    ['fails', failed],
    ['expires', expired],
    ['is cancelled before it is paid', (order: ToldOrder) => cancelled(order, null)],
  ])('gives all back without an entry when it %s', async (_how, end) => {
    const balance = { paidAmount: 500, freeAmount: 500, lots: [100, 200] };
    const memberId = await createPayer(shop, balance);
    const order = orderFor(memberId, 800, 150);
    await receive(placed(order));
    await receive(end(order));
    expect(await stateOf(order)).toBe('released');
    expect(await books.balanceOf(memberId)).toEqual(balance);
    expect(await books.pointEntriesOf(order.orderId)).toEqual([]);
    expect(await books.entriesOf(order.orderId)).toEqual([]);
  });

  it('may be paid with points alone, and leaves no entry of pay money', async () => {
    const memberId = await createPayer(shop, { paidAmount: 0, freeAmount: 0, lots: [100] });
    const order = orderFor(memberId, 0, 100);
    await receive(placed(order), paid(order));
    expect(await stateOf(order)).toBe('committed');
    expect(await books.entriesOf(order.orderId)).toEqual([]);
    expect(await books.pointEntriesOf(order.orderId)).toEqual([{ kind: 'payment', amount: -100 }]);
  });

  it.each([
    ['points are missing', 0, 301, 'points_insufficient'],
    ['pay money is missing', 1_001, 300, 'payment_declined'],
    ['both are missing', 1_001, 301, 'points_insufficient'],
  ])('is refused when %s, and takes nothing', async (_what, money, points, reason) => {
    const balance = { paidAmount: 600, freeAmount: 400, lots: [100, 200] };
    const memberId = await createPayer(shop, balance);
    const order = orderFor(memberId, money, points);
    await receive(placed(order));
    expect(await answersOf(shop, order.orderId)).toEqual([
      { name: 'user.funds-refused', payload: { orderId: order.orderId, reason } },
    ]);
    expect(await books.holdOf(order.orderId)).toMatchObject({ state: 'refused', pointsAmount: 0 });
    expect(await books.heldLotsOf(order.orderId)).toBeNull();
    expect(await books.balanceOf(memberId)).toEqual(balance);
  });

  it('is refused to somebody without a wallet', async () => {
    const order = orderFor(newId(), 0, 1);
    await receive(placed(order));
    expect(await stateOf(order)).toBe('refused');
  });

  it("never spends another member's points", async () => {
    const rich = await createPayer(shop, { paidAmount: 0, freeAmount: 0, lots: [1_000] });
    const poor = await createPayer(shop, { paidAmount: 0, freeAmount: 0, lots: [10] });
    const [tooMuch, fair] = [orderFor(poor, 0, 11), orderFor(rich, 0, 1)];
    await receive(placed(fair), placed(tooMuch));
    expect([await stateOf(fair), await stateOf(tooMuch)]).toEqual(['held', 'refused']);
    expect(await books.lotsOf(poor)).toEqual([10]);
  });
});

describe('points that expire', () => {
  const EXPIRY = new Date('2026-03-01T00:00:00.000Z');
  const at = (order: ToldOrder, placedAtMs: number) => ({
    ...order,
    placedAt: new Date(placedAtMs),
  });

  it('can be spent by an order that was placed a moment before, and no later', async () => {
    const memberId = await createPayer(shop, { paidAmount: 0, freeAmount: 0 });
    await books.addLot(memberId, 100, EXPIRY);
    const late = at(orderFor(memberId, 0, 1), EXPIRY.getTime());
    const inTime = at(orderFor(memberId, 0, 100), EXPIRY.getTime() - 1);
    await receive(placed(late), placed(inTime));
    expect([await stateOf(late), await stateOf(inTime)]).toEqual(['refused', 'held']);
  });

  it('are passed over for younger lots, and go back to where they came from', async () => {
    const memberId = await createPayer(shop, { paidAmount: 0, freeAmount: 0 });
    await books.addLot(memberId, 100, EXPIRY);
    const young = await books.addLot(memberId, 50);
    const order = at(orderFor(memberId, 0, 30), EXPIRY.getTime() + 1);
    await receive(placed(order));
    expect(await books.heldLotsOf(order.orderId)).toEqual([[young, 30]]);
    await receive(failed(order));
    expect(await books.lotsOf(memberId)).toEqual([100, 50]);
  });
});

describe('several orders of one member in a batch', () => {
  it('are served in the order of their arrival, as far as the points go', async () => {
    const memberId = await createPayer(shop, { paidAmount: 0, freeAmount: 0, lots: [60, 40] });
    const orders = [60, 50, 40, 1].map((points) => orderFor(memberId, 0, points));
    await receive(...orders.map(placed));
    const states = await Promise.all(orders.map(stateOf));
    expect(states).toEqual(['held', 'refused', 'held', 'refused']);
    expect(await books.lotsOf(memberId)).toEqual([0, 0]);
  });

  it('can spend what another one gives back a moment earlier, also of a lot that was empty', async () => {
    const memberId = await createPayer(shop, { paidAmount: 0, freeAmount: 0, lots: [50] });
    const [first, second] = [orderFor(memberId, 0, 50), orderFor(memberId, 0, 50)];
    await receive(placed(first));
    await receive(failed(first), placed(second), paid(second));
    expect([await stateOf(first), await stateOf(second)]).toEqual(['released', 'committed']);
    await auditLedger(shop);
  });
});

describe('a day of orders', () => {
  it.each([1, 2, 3])('ends alike however it is shuffled and cut (seed %i)', async (seed) => {
    const random = randomFrom(seed);
    const members = await Promise.all(
      Array.from({ length: 5 }, () =>
        createPayer(shop, { paidAmount: 50_000, freeAmount: 50_000, lots: [7_000, 2_000, 9_000] }),
      ),
    );
    const day = Array.from({ length: 60 }, (_, index) => {
      const memberId = members[index % members.length] ?? '';
      const [money, points] = [1 + ((index * 37) % 900), 100 + ((index * 53) % 400)];
      const order = orderFor(memberId, index % 3 === 0 ? 0 : money, index % 4 === 0 ? 0 : points);
      const { walletAmount, pointsAmount } = order.funds ?? { walletAmount: 0, pointsAmount: 0 };
      const half = {
        walletAmount: Math.floor(walletAmount / 2),
        pointsAmount: Math.floor(pointsAmount / 2),
      };
      const refunded = linesCancelled(order, half);
      const ends: TestEvent[][] = [
        [paid(order)],
        [paid(order), refunded],
        [paid(order), refunded, cancelled(order, new Date())],
        [expired(order)],
      ];
      const fate = index % ends.length;
      const kept = [walletAmount + pointsAmount, walletAmount + pointsAmount, 0, 0][fate] ?? 0;
      const back = fate === 1 ? half.walletAmount + half.pointsAmount : 0;
      return { events: [placed(order), ...(ends[fate] ?? [])], spent: kept - back };
    });
    const events = shuffled(
      day.flatMap((told) => told.events),
      random,
    );
    for (const batch of inBatches(causal(events), 12, random)) {
      await receive(...batch);
    }

    const balances = await Promise.all(members.map((id) => books.balanceOf(id)));
    const there = balances.reduce(
      (sum, { paidAmount = 0, freeAmount = 0, lots }) =>
        sum + paidAmount + freeAmount + lots.reduce((points, left) => points + left, 0),
      0,
    );
    const spent = day.reduce((sum, told) => sum + told.spent, 0);
    expect(there).toBe(5 * 118_000 - spent);
    await auditLedger(shop);
  });
});

describe('two handlers at once', () => {
  it('on other orders of the same members spend no point twice', async () => {
    const members = await Promise.all(
      Array.from({ length: 4 }, () =>
        createPayer(shop, { paidAmount: 0, freeAmount: 0, lots: [400, 600] }),
      ),
    );
    const orders = members.flatMap((id) => Array.from({ length: 10 }, () => orderFor(id, 0, 300)));
    const events = orders.map(placed);
    await Promise.all([
      receive(...events.filter((_, index) => index % 2 === 0)),
      receive(...events.filter((_, index) => index % 2 === 1).toReversed()),
    ]);
    const states = await Promise.all(orders.map(stateOf));
    expect(states.filter((state) => state === 'held')).toHaveLength(4 * 3);
    const left = await Promise.all(members.map((id) => books.lotsOf(id)));
    expect(left).toEqual(members.map(() => [0, 100]));
    await auditLedger(shop);
  });

  it('on the same orders in opposite order meet no deadlock that anyone sees', async () => {
    const members = await Promise.all(
      Array.from({ length: 4 }, () =>
        createPayer(shop, { paidAmount: 0, freeAmount: 1_000, lots: [500, 500] }),
      ),
    );
    for (let round = 0; round < 15; round += 1) {
      const orders = members.flatMap((id) => [orderFor(id, 100, 300), orderFor(id, 200, 400)]);
      // Round by round: within one, the two race.
      await Promise.all([
        receive(...orders.map(placed)),
        receive(...orders.toReversed().map((order) => cancelled(order, null))),
      ]);
      const states = await Promise.all(orders.map(stateOf));
      expect(new Set(states)).toEqual(new Set(['released']));
    }
    const left = await Promise.all(members.map((id) => books.lotsOf(id)));
    expect(left).toEqual(members.map(() => [500, 500]));
    await auditLedger(shop);
  });
});

describe('the price of points', () => {
  /** How many statements a batch of events takes: reads and writes. */
  async function statementsOf(...events: TestEvent[]): Promise<[number, number]> {
    const { inTransaction } = shop.app.backbone;
    return inTransaction(async (tx) => {
      const [select, write] = [vi.spyOn(tx, 'select'), vi.spyOn(tx, 'write')];
      await tx.inUnit(() => keepFundsForOrders.handle(tx, events));
      return [select.mock.calls.length, write.mock.calls.length];
    });
  }

  it('is paid only by batches in which an order has some', async () => {
    const memberId = await createPayer(shop, { paidAmount: 0, freeAmount: 9_000, lots: [100] });
    const [plain, plain2] = [orderFor(memberId, 1_000, 0), orderFor(memberId, 1_000, 0)];
    expect(await statementsOf(placed(plain), placed(plain2))).toEqual([1, 2]);
    // What was set aside has left the balance: a payment does not touch it.
    expect(await statementsOf(paid(plain), paid(plain2))).toEqual([1, 2]);
    expect(await statementsOf(linesCancelled(plain, { walletAmount: 1 }))).toEqual([2, 3]);
    expect(await statementsOf(cancelled(plain, new Date()))).toEqual([2, 3]);

    const pointed = orderFor(memberId, 1_000, 10);
    expect(await statementsOf(placed(pointed))).toEqual([2, 3]);
    expect(await statementsOf(paid(pointed))).toEqual([1, 3]);
    await auditLedger(shop);
  });
});
