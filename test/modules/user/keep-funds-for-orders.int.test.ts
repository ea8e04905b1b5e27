import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockHolds } from '../../../src/modules/user/wallet/funds-holds.store.ts';
import {
  keepFundsForOrders,
  spendFundsOnPaidOrders,
} from '../../../src/modules/user/wallet/keep-funds-for-orders.ts';
import { lockWallets } from '../../../src/modules/user/wallet/wallet.store.ts';
import { newId, type Id } from '../../../src/platform/ids/id.ts';
import { createShopper, createShoppers } from '../../support/factories.ts';
import { auditLedger } from '../../support/ledger.ts';
import { locksInOrder } from '../../support/lock-order.ts';
import {
  cancelled,
  causal,
  failed,
  handle,
  paid,
  placed,
  STORIES,
  tellDay,
  tellOrder,
  waysToTell,
  type TestEvent,
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
const orderFor = (memberId: Id, walletAmount: number) =>
  tellOrder({ memberId, funds: { walletAmount, pointsAmount: 0 } });

describe('what an order takes', () => {
  it('is free money first, is booked when it is paid, and goes back to where it came from', async () => {
    const memberId = await createPayer(shop, { paidAmount: 5_000, freeAmount: 3_000 });
    const order = orderFor(memberId, 4_000);
    await receive(placed(order));
    expect(await books.fundsOf(memberId)).toEqual({ paidAmount: 4_000, freeAmount: 0 });
    expect(await books.entriesOf(order.orderId)).toEqual([]);

    await receive(paid(order));
    const payment = { kind: 'payment', paidAmount: -1_000, freeAmount: -3_000 };
    expect(await books.entriesOf(order.orderId)).toEqual([payment]);

    await receive(cancelled(order, new Date()));
    const refund = { kind: 'refund', paidAmount: 1_000, freeAmount: 3_000 };
    expect(await books.entriesOf(order.orderId)).toEqual([payment, refund]);
    expect(await books.fundsOf(memberId)).toEqual({ paidAmount: 5_000, freeAmount: 3_000 });
    await auditLedger(shop);
  });

  it('leaves no entry when the order fails', async () => {
    const memberId = await createPayer(shop, { paidAmount: 500, freeAmount: 500 });
    const order = orderFor(memberId, 800);
    await receive(placed(order), failed(order));
    expect(await books.holdOf(order.orderId)).toMatchObject({ state: 'released' });
    expect(await books.entriesOf(order.orderId)).toEqual([]);
    expect(await books.fundsOf(memberId)).toEqual({ paidAmount: 500, freeAmount: 500 });
  });

  it('is the last won at the most, and never a part', async () => {
    const memberId = await createPayer(shop, { paidAmount: 600, freeAmount: 400 });
    const [tooMuch, all] = [orderFor(memberId, 1_001), orderFor(memberId, 1_000)];
    await receive(placed(tooMuch), placed(all));
    expect(await books.holdOf(tooMuch.orderId)).toMatchObject({
      state: 'refused',
      paidAmount: 0,
      freeAmount: 0,
    });
    expect(await books.holdOf(all.orderId)).toMatchObject({
      state: 'held',
      paidAmount: 600,
      freeAmount: 400,
    });
    expect(await books.fundsOf(memberId)).toEqual({ paidAmount: 0, freeAmount: 0 });
  });

  it('is nothing when there is nothing to pay, or when a provider takes the amount', async () => {
    const { id: memberId } = await createShopper(shop, 0);
    const free = orderFor(memberId, 0);
    const byCard = tellOrder({ memberId });
    await receive(placed(free), placed(byCard), paid(free), paid(byCard));
    expect(await books.holdOf(free.orderId)).toMatchObject({ state: 'committed' });
    expect(await books.holdOf(byCard.orderId)).toBeUndefined();
    expect(await books.entriesOf(free.orderId)).toEqual([]);
  });

  it('is refused to somebody without a wallet', async () => {
    const order = orderFor(newId(), 1_000);
    await receive(placed(order), failed(order));
    expect(await books.holdOf(order.orderId)).toMatchObject({ state: 'refused' });
  });
});

describe('several orders of one member in a batch', () => {
  it('are served in the order of their arrival, as far as the money goes', async () => {
    const { id: memberId } = await createShopper(shop, 10_000);
    const orders = [6_000, 5_000, 4_000, 1].map((amount) => orderFor(memberId, amount));
    await receive(...orders.map(placed));
    const holds = await Promise.all(orders.map((order) => books.holdOf(order.orderId)));
    expect(holds.map((hold) => hold?.state)).toEqual(['held', 'refused', 'held', 'refused']);
    expect(await books.fundsOf(memberId)).toEqual({ paidAmount: 0, freeAmount: 0 });
  });

  it('can spend what another one gives back a moment earlier', async () => {
    const { id: memberId } = await createShopper(shop, 5_000);
    const [first, second] = [orderFor(memberId, 5_000), orderFor(memberId, 5_000)];
    await receive(placed(first), failed(first), placed(second), paid(second));
    expect(await books.holdOf(second.orderId)).toMatchObject({ state: 'committed' });
    expect(await books.fundsOf(memberId)).toEqual({ paidAmount: 0, freeAmount: 0 });
  });
});

describe('events that overtake one another', () => {
  it.each(STORIES)('$story: ends $end in every order', async ({ tell, end }) => {
    for (const inThisWay of waysToTell(tell)) {
      const memberId = await createPayer(shop, { paidAmount: 5_000, freeAmount: 3_000 });
      const order = orderFor(memberId, 4_000);
      const batches = inThisWay(order);
      for (const batch of batches) {
        await receive(...batch);
      }
      const [hold, funds] = await Promise.all([
        books.holdOf(order.orderId),
        books.fundsOf(memberId),
      ]);
      const arrived = JSON.stringify(batches.map((batch) => batch.map((event) => event.name)));
      const money =
        end === 'committed'
          ? { paidAmount: 4_000, freeAmount: 0 }
          : { paidAmount: 5_000, freeAmount: 3_000 };
      expect({ arrived, state: hold?.state, money: funds }).toEqual({ arrived, state: end, money });
    }
    await auditLedger(shop);
  });

  it('leave a tombstone when a failure comes first: nothing is held any more', async () => {
    const { id: memberId } = await createShopper(shop, 1_000);
    const order = orderFor(memberId, 1_000);
    await receive(failed(order));
    await receive(placed(order));
    expect(await books.holdOf(order.orderId)).toMatchObject({
      state: 'released',
      paidAmount: 0,
      freeAmount: 0,
    });
    expect(await books.fundsOf(memberId)).toEqual({ paidAmount: 0, freeAmount: 1_000 });
  });

  it('book payment and refund in this order, also when the cancellation comes first', async () => {
    const { id: memberId } = await createShopper(shop, 1_000);
    const order = orderFor(memberId, 700);
    await receive(placed(order));
    await receive(cancelled(order, new Date()));
    await receive(paid(order));
    const entries = await books.entriesOf(order.orderId);
    expect(entries.map((entry) => [entry.kind, entry.freeAmount])).toEqual([
      ['payment', -700],
      ['refund', 700],
    ]);
  });

  it.each([1, 2, 3])('end alike however a day is shuffled and cut (seed %i)', async (seed) => {
    const random = randomFrom(seed);
    const members = await createShoppers(shop, 5, 100_000);
    const day = tellDay(60, (index) =>
      orderFor(members[index % members.length]?.id ?? '', 1 + ((index * 37) % 900)),
    );
    const events = shuffled(
      day.flatMap((told) => told.events),
      random,
    );
    for (const batch of inBatches(causal(events), 12, random)) {
      await receive(...batch);
    }

    const holds = await Promise.all(day.map(({ order }) => books.holdOf(order.orderId)));
    expect(holds.map((hold) => hold?.state)).toEqual(day.map(({ end }) => end));
    const spent = day
      .filter(({ end }) => end === 'committed')
      .reduce((sum, { order }) => sum + (order.funds?.walletAmount ?? 0), 0);
    const funds = await Promise.all(members.map(({ id }) => books.fundsOf(id)));
    const there = funds.reduce((sum, wallet) => sum + (wallet?.freeAmount ?? 0), 0);
    expect(there).toBe(5 * 100_000 - spent);
    await auditLedger(shop);
  });
});

describe('two handlers at once', () => {
  it('on the same orders in opposite order meet no deadlock that anyone sees', async () => {
    const members = await createShoppers(shop, 4, 100_000);
    const rounds = Array.from({ length: 15 }, () =>
      members.flatMap(({ id }) => [orderFor(id, 100), orderFor(id, 200)]),
    );
    for (const orders of rounds) {
      // Round by round: within one, the two race.
      await Promise.all([
        receive(...orders.map(placed)),
        receive(...orders.toReversed().map((order) => cancelled(order, null))),
      ]);
    }
    const states = await Promise.all(rounds.flat().map(({ orderId }) => books.holdOf(orderId)));
    expect(new Set(states.map((hold) => hold?.state))).toEqual(new Set(['released']));
    const funds = await Promise.all(members.map(({ id }) => books.fundsOf(id)));
    expect(funds.map((wallet) => wallet?.freeAmount)).toEqual(members.map(() => 100_000));
    await auditLedger(shop);
  });

  it('on other orders of the same members spend no won twice', async () => {
    const members = await createShoppers(shop, 4, 1_000);
    const orders = members.flatMap(({ id }) => Array.from({ length: 10 }, () => orderFor(id, 300)));
    const events = orders.map(placed);
    await Promise.all([
      receive(...events.filter((_, index) => index % 2 === 0)),
      receive(...events.filter((_, index) => index % 2 === 1).toReversed()),
    ]);
    const holds = await Promise.all(orders.map(({ orderId }) => books.holdOf(orderId)));
    expect(holds.filter((hold) => hold?.state === 'held')).toHaveLength(4 * 3);
    const funds = await Promise.all(members.map(({ id }) => books.fundsOf(id)));
    expect(funds.map((wallet) => wallet?.freeAmount)).toEqual([100, 100, 100, 100]);
    await auditLedger(shop);
  });
});

describe('transactions that want the same rows', () => {
  it('lock them in one order, and so do not meet in a deadlock', async () => {
    const funds = { paidAmount: 0, freeAmount: 1_000 };
    const payers = [await createPayer(shop, funds), await createPayer(shop, funds)] as const;
    const orders = payers.map((memberId) => orderFor(memberId, 1_000));
    await receive(...orders.map(placed));
    const [one, two] = orders.map(({ orderId }) => orderId);
    const holds = { table: 'user_funds_holds', key: 'order_id', ids: [one, two] as [Id, Id] };
    expect(await locksInOrder(shop, holds, lockHolds)).toBe(true);
    const wallets = { table: 'user_wallets', key: 'member_id', ids: payers };
    expect(await locksInOrder(shop, wallets, lockWallets)).toBe(true);
  });
});
