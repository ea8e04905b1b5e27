import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Id } from '../../../src/platform/ids/id.ts';
import { auditLedger } from '../../support/ledger.ts';
import {
  answersOf,
  cancelled,
  causal,
  expired,
  failed,
  lineOf,
  linesCancelled,
  paid,
  placed,
  tellOrder,
  waysToTell,
  type TestEvent,
  type ToldOrder,
} from '../../support/order-events.ts';
import { inBatches, randomFrom, shuffled } from '../../support/shuffle.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';
import { createStockRig, orderOf, PRICE } from './support/stock-rig.ts';

let shop: TestShop;
let rig: ReturnType<typeof createStockRig>;
beforeAll(async () => {
  shop = await startShop();
  rig = createStockRig(shop);
});
afterAll(() => shop.stop());

describe('cancelled lines', () => {
  it('put their units back, up to the totals that are told', async () => {
    const skuId = await rig.createSku(10);
    const order = orderOf(skuId, 4);
    await rig.receive(placed(order));
    await rig.receive(paid(order));
    await rig.receive(linesCancelled(order, { lines: [{ skuId, quantity: 1 }] }));
    expect(await rig.levelsOf(skuId)).toEqual({ open: 7, held: 0, sold: 3 });
    await rig.receive(linesCancelled(order, { lines: [{ skuId, quantity: 3 }] }));
    expect(await rig.levelsOf(skuId)).toEqual({ open: 9, held: 0, sold: 1 });
    expect(await rig.holdOf(order)).toEqual({ state: 'committed', lines: [[skuId, 4, 3]] });
    await auditLedger(shop);
  });

  it('move nothing a second time, nor when a later cancellation came first', async () => {
    const skuId = await rig.createSku(10);
    const order = orderOf(skuId, 4);
    await rig.receive(placed(order), paid(order));
    const [early, late] = [1, 3].map((quantity) =>
      linesCancelled(order, { lines: [{ skuId, quantity }] }),
    );
    if (!early || !late) throw new Error('there are two');
    await rig.receive(late);
    await rig.receive(early, late);
    expect(await rig.levelsOf(skuId)).toEqual({ open: 9, held: 0, sold: 1 });
    expect(await rig.holdOf(order)).toEqual({ state: 'committed', lines: [[skuId, 4, 3]] });
  });

  it('sell what they leave when they overtake the payment', async () => {
    const skuId = await rig.createSku(10);
    const order = orderOf(skuId, 4);
    await rig.receive(placed(order));
    await rig.receive(linesCancelled(order, { lines: [{ skuId, quantity: 1 }] }));
    expect(await rig.levelsOf(skuId)).toEqual({ open: 7, held: 0, sold: 3 });
    await rig.receive(paid(order));
    expect(await rig.levelsOf(skuId)).toEqual({ open: 7, held: 0, sold: 3 });
  });

  it('are added up over two lines of one SKU', async () => {
    const skuId = await rig.createSku(10);
    const order = orderOf(skuId, 2, 3);
    await rig.receive(placed(order), paid(order));
    const soFar = [1, 2].map((quantity) => ({ skuId, quantity }));
    await rig.receive(linesCancelled(order, { lines: soFar }));
    expect(await rig.levelsOf(skuId)).toEqual({ open: 8, held: 0, sold: 2 });
    await rig.receive(cancelled(order, new Date()));
    expect(await rig.levelsOf(skuId)).toEqual({ open: 10, held: 0, sold: 0 });
  });

  it('leave the rest to the cancellation of the whole order; after it nothing moves', async () => {
    const skuId = await rig.createSku(10);
    const order = orderOf(skuId, 4);
    await rig.receive(placed(order), paid(order));
    await rig.receive(linesCancelled(order, { lines: [{ skuId, quantity: 1 }] }));
    await rig.receive(cancelled(order, new Date()));
    expect(await rig.levelsOf(skuId)).toEqual({ open: 10, held: 0, sold: 0 });
    await rig.receive(linesCancelled(order, { lines: [{ skuId, quantity: 4 }] }), paid(order));
    expect(await rig.levelsOf(skuId)).toEqual({ open: 10, held: 0, sold: 0 });
    expect(await rig.statesOf([order])).toEqual(['released']);
  });

  it('give the last unit to the next order, within the same batch as well', async () => {
    const skuId = await rig.createSku(1);
    const [first, second, third] = [orderOf(skuId, 1), orderOf(skuId, 1), orderOf(skuId, 1)];
    await rig.receive(placed(first), paid(first), placed(second));
    await rig.receive(linesCancelled(first, { lines: [{ skuId, quantity: 1 }] }), placed(third));
    expect(await rig.statesOf([first, second, third])).toEqual(['committed', 'refused', 'held']);
    // Nothing of it is left: the unit is the third order's.
    await rig.receive(cancelled(first, new Date()));
    expect(await rig.levelsOf(skuId)).toEqual({ open: 0, held: 1, sold: 0 });
    await auditLedger(shop);
  });

  it('are an error where the order never had so many, and leave every unit where it is', async () => {
    const skuId = await rig.createSku(10);
    const [order, other] = [orderOf(skuId, 2), orderOf(skuId, 5)];
    await rig.receive(placed(order), paid(order), placed(other), paid(other));
    const tooMany = linesCancelled(order, { lines: [{ skuId, quantity: 3 }] });
    await expect(rig.receive(tooMany)).rejects.toThrow('held only 2 units');
    const ofNobody = linesCancelled(orderOf(skuId, 1), { lines: [{ skuId, quantity: 1 }] });
    await expect(rig.receive(ofNobody)).rejects.toThrow('whose hold was never made');
    expect(await rig.levelsOf(skuId)).toEqual({ open: 3, held: 0, sold: 7 });
  });
});

it('an order that expires gives back what it holds, and nothing is held for it later', async () => {
  const skuId = await rig.createSku(1);
  const [first, second] = [orderOf(skuId, 1), orderOf(skuId, 1)];
  await rig.receive(placed(first));
  await rig.receive(expired(first), placed(second));
  expect(await rig.statesOf([first, second])).toEqual(['released', 'held']);
  await rig.receive(expired(second));
  const late = orderOf(skuId, 1);
  await rig.receive(expired(late));
  await rig.receive(placed(late));
  expect(await rig.statesOf([second, late])).toEqual(['released', 'released']);
  expect(await answersOf(shop, late.orderId)).toEqual([]);
  expect(await rig.levelsOf(skuId)).toEqual({ open: 1, held: 0, sold: 0 });
});

/** What becomes of an order of `orderOfBoth`, and how many units of each SKU it keeps. */
type Story = {
  story: string;
  tell: (order: ToldOrder) => TestEvent[];
  end: 'committed' | 'released';
  sold: [number, number];
};

/** 3 units of one SKU, in two lines, and 2 of another. */
const orderOfBoth = ([a, b]: readonly [Id, Id]) =>
  tellOrder({ lines: [lineOf(a, 2, PRICE), lineOf(b, 2, PRICE), lineOf(a, 1, PRICE)] });

const cutTo = (order: ToldOrder, ...quantities: number[]) => {
  const lines = order.lines.map(({ skuId }, place) => ({
    skuId,
    quantity: quantities[place] ?? 0,
  }));
  return linesCancelled(order, { lines });
};
const whole = (order: ToldOrder) => cancelled(order, new Date());

const STORIES: readonly Story[] = [
  {
    story: 'placed, failed',
    tell: (order) => [placed(order), failed(order)],
    end: 'released',
    sold: [0, 0],
  },
  {
    story: 'placed, expired',
    tell: (order) => [placed(order), expired(order)],
    end: 'released',
    sold: [0, 0],
  },
  {
    story: 'placed, paid, lines cancelled',
    tell: (order) => [placed(order), paid(order), cutTo(order, 1)],
    end: 'committed',
    sold: [2, 2],
  },
  {
    story: 'placed, paid, lines cancelled twice',
    tell: (order) => [placed(order), paid(order), cutTo(order, 1), cutTo(order, 1, 2, 1)],
    end: 'committed',
    sold: [1, 0],
  },
  {
    story: 'placed, paid, lines cancelled twice, cancelled',
    tell: (order) => [
      placed(order),
      paid(order),
      cutTo(order, 1),
      cutTo(order, 1, 2, 1),
      whole(order),
    ],
    end: 'released',
    sold: [0, 0],
  },
];

describe('events of orders with cancelled lines', () => {
  it.each(STORIES)('$story: ends $end in every order', async ({ tell, end, sold }) => {
    const skus = await Promise.all([rig.createSku(1_000), rig.createSku(1_000)]);
    for (const [told, inThisWay] of waysToTell(tell).entries()) {
      const order = orderOfBoth(skus);
      const batches = inThisWay(order);
      for (const batch of batches) {
        await rig.receive(...batch);
      }
      const arrived = JSON.stringify(batches.map((batch) => batch.map((event) => event.name)));
      const state = (await rig.holdOf(order))?.state;
      const levels = await Promise.all(skus.map(rig.levelsOf));
      const soldUntilNow = sold.map((units) => units * (told + 1));
      expect({ arrived, state, levels }).toEqual({
        arrived,
        state: end,
        levels: soldUntilNow.map((units) => ({ open: 1_000 - units, held: 0, sold: units })),
      });
    }
    await auditLedger(shop);
  });

  it.each([1, 2, 3])('end alike however a day is shuffled and cut (seed %i)', async (seed) => {
    const random = randomFrom(seed);
    const skus = await Promise.all([rig.createSku(500), rig.createSku(500)]);
    const day = Array.from({ length: 12 }, () =>
      STORIES.map((told) => ({ ...told, order: orderOfBoth(skus) })),
    ).flat();
    const events = shuffled(
      day.flatMap(({ order, tell }) => tell(order)),
      random,
    );
    for (const batch of inBatches(causal(events), 12, random)) {
      await rig.receive(...batch);
    }

    const ends = day.map(({ end }) => end);
    expect(await rig.statesOf(day.map(({ order }) => order))).toEqual(ends);
    const levels = await Promise.all(skus.map(rig.levelsOf));
    expect(levels).toEqual(
      ([0, 1] as const).map((place) => {
        const units = day.reduce((sum, { sold }) => sum + sold[place], 0);
        return { open: 500 - units, held: 0, sold: units };
      }),
    );
    await auditLedger(shop);
  });

  it('that two handlers hold in opposite order leave each unit in one place', async () => {
    const skus = await Promise.all([rig.createSku(200), rig.createSku(200)]);
    const orders = Array.from({ length: 40 }, (_, index) => orderOf(skus[index % 2] ?? '', 3));
    await rig.receive(...orders.map(placed));
    await Promise.all([
      rig.receive(...orders.map((order) => cutTo(order, 1))),
      rig.receive(...orders.toReversed().map((order) => cutTo(order, 2))),
      rig.receive(...orders.slice(0, 20).map(whole)),
      rig.receive(...orders.toReversed().map((order) => paid(order))),
    ]);
    expect(await rig.statesOf(orders)).toEqual(
      orders.map((_, index) => (index < 20 ? 'released' : 'committed')),
    );
    const levels = await Promise.all(skus.map(rig.levelsOf));
    expect(levels).toEqual(skus.map(() => ({ open: 190, held: 0, sold: 10 })));
    await auditLedger(shop);
  });
});
