import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockHolds, lockStock } from '../../../src/modules/catalog/stock.store.ts';
import { newId, type Id } from '../../../src/platform/ids/id.ts';
import { createProduct } from '../../support/factories.ts';
import { auditLedger } from '../../support/ledger.ts';
import { locksInOrder } from '../../support/lock-order.ts';
import {
  answersOf,
  cancelled,
  causal,
  failed,
  lineOf,
  paid,
  placed,
  STORIES,
  tellDay,
  tellOrder,
  waysToTell,
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

const stateOf = async (orderId: Id) => (await rig.holdOf({ orderId }))?.state;

describe('the units of an order', () => {
  it('are held, then sold, then open again', async () => {
    const skuId = await rig.createSku(10);
    const order = orderOf(skuId, 3);
    await rig.receive(placed(order));
    expect(await rig.levelsOf(skuId)).toEqual({ open: 7, held: 3, sold: 0 });
    await rig.receive(paid(order));
    expect(await rig.levelsOf(skuId)).toEqual({ open: 7, held: 0, sold: 3 });
    await rig.receive(cancelled(order, new Date()));
    expect(await rig.levelsOf(skuId)).toEqual({ open: 10, held: 0, sold: 0 });
    expect(await answersOf(shop, order.orderId)).toEqual([
      { name: 'catalog.stock-held', payload: { orderId: order.orderId } },
    ]);
  });

  it('are added up over two lines of one SKU', async () => {
    const skuId = await rig.createSku(5);
    const [tooMany, exactly] = [orderOf(skuId, 3, 3), orderOf(skuId, 2, 3)];
    await rig.receive(placed(tooMany));
    expect(await stateOf(tooMany.orderId)).toBe('refused');
    await rig.receive(placed(exactly));
    expect(await rig.levelsOf(skuId)).toEqual({ open: 0, held: 5, sold: 0 });
    await rig.receive(failed(exactly));
    expect(await rig.levelsOf(skuId)).toEqual({ open: 5, held: 0, sold: 0 });
  });

  it('are all held or none: what is short is named', async () => {
    const [plenty, scarce] = await Promise.all([rig.createSku(10), rig.createSku(1)]);
    const order = tellOrder({ lines: [lineOf(plenty, 2, PRICE), lineOf(scarce, 2, PRICE)] });
    await rig.receive(placed(order), failed(order));
    expect(await rig.levelsOf(plenty)).toEqual({ open: 10, held: 0, sold: 0 });
    expect(await rig.levelsOf(scarce)).toEqual({ open: 1, held: 0, sold: 0 });
    const shortages = [{ skuId: scarce, requestedQuantity: 2, availableQuantity: 1 }];
    const payload = { orderId: order.orderId, reason: 'out_of_stock', skuIds: [scarce], shortages };
    expect(await answersOf(shop, order.orderId)).toEqual([
      { name: 'catalog.stock-refused', payload },
    ]);
  });

  it('are not held at another price than the present one', async () => {
    const skuId = await rig.createSku(10);
    const order = tellOrder({ lines: [lineOf(skuId, 1, PRICE - 1)] });
    await rig.receive(placed(order));
    const { orderId } = order;
    const payload = { orderId, reason: 'price_changed', skuIds: [skuId], shortages: [] };
    expect(await answersOf(shop, order.orderId)).toEqual([
      { name: 'catalog.stock-refused', payload },
    ]);
    expect(await rig.levelsOf(skuId)).toEqual({ open: 10, held: 0, sold: 0 });
  });

  it('are not held of a hidden product, nor of one that never was', async () => {
    const { productId, skuId } = await createProduct(shop, { price: PRICE, stock: 10 });
    await shop.api.patch(`/admin/products/${productId}`, {
      token: shop.ownerToken,
      body: { state: 'hidden' },
    });
    const orders = [orderOf(skuId, 1), orderOf(newId(), 1)];
    await rig.receive(...orders.map(placed));
    expect(await rig.statesOf(orders)).toEqual(['refused', 'refused']);
  });

  it('that are held stay held when the product is hidden, and can be sold', async () => {
    const { productId, skuId } = await createProduct(shop, { price: PRICE, stock: 10 });
    const order = orderOf(skuId, 1);
    await rig.receive(placed(order));
    await shop.api.patch(`/admin/products/${productId}`, {
      token: shop.ownerToken,
      body: { state: 'hidden', listPrice: 99_000 },
    });
    await rig.receive(paid(order));
    expect(await rig.levelsOf(skuId)).toEqual({ open: 9, held: 0, sold: 1 });
  });
});

describe('a batch', () => {
  it('of 150 orders for 100 units serves the first 100', async () => {
    const skuId = await rig.createSku(100);
    const orders = Array.from({ length: 150 }, () => orderOf(skuId, 1));
    await rig.receive(...orders.map(placed));
    const states = await rig.statesOf(orders);
    expect(states).toEqual(orders.map((_, index) => (index < 100 ? 'held' : 'refused')));
    expect(await rig.levelsOf(skuId)).toEqual({ open: 0, held: 100, sold: 0 });
  });

  it('lets an order have what another one gives back within it', async () => {
    const skuId = await rig.createSku(1);
    const [first, second] = [orderOf(skuId, 1), orderOf(skuId, 1)];
    await rig.receive(placed(first));
    await rig.receive(failed(first), placed(second), paid(second));
    expect(await rig.statesOf([first, second])).toEqual(['released', 'committed']);
    expect(await rig.levelsOf(skuId)).toEqual({ open: 0, held: 0, sold: 1 });
  });

  it('goes round a SKU that one order cannot have', async () => {
    const skuId = await rig.createSku(5);
    const orders = [orderOf(skuId, 6), orderOf(skuId, 4), orderOf(skuId, 2), orderOf(skuId, 1)];
    await rig.receive(...orders.map(placed));
    expect(await rig.statesOf(orders)).toEqual(['refused', 'held', 'refused', 'held']);
  });
});

describe('events that overtake one another', () => {
  it.each(STORIES)('$story: ends $end in every order', async ({ tell, end }) => {
    for (const inThisWay of waysToTell(tell)) {
      const skuId = await rig.createSku(10);
      const order = orderOf(skuId, 2, 1);
      const batches = inThisWay(order);
      for (const batch of batches) {
        await rig.receive(...batch);
      }
      const [state, levels] = await Promise.all([stateOf(order.orderId), rig.levelsOf(skuId)]);
      const arrived = JSON.stringify(batches.map((batch) => batch.map((event) => event.name)));
      const units =
        end === 'committed' ? { open: 7, held: 0, sold: 3 } : { open: 10, held: 0, sold: 0 };
      expect({ arrived, state, levels }).toEqual({ arrived, state: end, levels: units });
    }
    await auditLedger(shop);
  });

  it('leave a tombstone when a failure comes first: the late placement gets no answer', async () => {
    const skuId = await rig.createSku(1);
    const order = orderOf(skuId, 1);
    await rig.receive(failed(order));
    await rig.receive(placed(order));
    expect(await stateOf(order.orderId)).toBe('released');
    expect(await rig.levelsOf(skuId)).toEqual({ open: 1, held: 0, sold: 0 });
    expect(await answersOf(shop, order.orderId)).toEqual([]);
  });

  it.each([1, 2, 3])('end alike however a day is shuffled and cut (seed %i)', async (seed) => {
    const random = randomFrom(seed);
    const skus = await Promise.all([rig.createSku(500), rig.createSku(500), rig.createSku(500)]);
    const day = tellDay(60, (index) =>
      tellOrder({
        lines: [0, 1].map((shift) =>
          lineOf(skus[(index + shift) % skus.length] ?? '', 1 + (index % 3), PRICE),
        ),
      }),
    );
    const events = shuffled(
      day.flatMap((told) => told.events),
      random,
    );
    for (const batch of inBatches(causal(events), 12, random)) {
      await rig.receive(...batch);
    }

    expect(await rig.statesOf(day.map(({ order }) => order))).toEqual(day.map(({ end }) => end));
    const levels = await Promise.all(skus.map(rig.levelsOf));
    const soldOf = (skuId: Id) =>
      day
        .filter(({ end }) => end === 'committed')
        .flatMap(({ order }) => order.lines)
        .filter((line) => line.skuId === skuId)
        .reduce((sum, line) => sum + line.quantity, 0);
    expect(levels).toEqual(
      skus.map((skuId) => ({ open: 500 - soldOf(skuId), held: 0, sold: soldOf(skuId) })),
    );
    await auditLedger(shop);
  });
});

describe('two handlers at once', () => {
  it('that hold and release the same orders leave nothing held, and nobody sees a deadlock', async () => {
    const skus = await Promise.all([rig.createSku(100), rig.createSku(100)]);
    const rounds = Array.from({ length: 15 }, () =>
      Array.from({ length: 8 }, (_, index) => orderOf(skus[index % 2] ?? '', 2)),
    );
    for (const orders of rounds) {
      // Round by round: within one, the two race.
      await Promise.all([
        rig.receive(...orders.map(placed)),
        rig.receive(...orders.toReversed().map((order) => cancelled(order, null))),
      ]);
    }
    expect(new Set(await rig.statesOf(rounds.flat()))).toEqual(new Set(['released']));
    const levels = await Promise.all(skus.map(rig.levelsOf));
    expect(levels).toEqual(skus.map(() => ({ open: 100, held: 0, sold: 0 })));
    await auditLedger(shop);
  });

  it('that want the same SKUs in opposite order oversell none', async () => {
    const skus = await Promise.all(Array.from({ length: 6 }, () => rig.createSku(5)));
    const orders = Array.from({ length: 40 }, (_, index) => {
      const wanted = index % 2 === 0 ? skus : skus.toReversed();
      return tellOrder({ lines: wanted.map((skuId) => lineOf(skuId, 1, PRICE)) });
    });
    await Promise.all([
      rig.receive(...orders.slice(0, 20).map(placed)),
      rig.receive(...orders.slice(20).map(placed)),
    ]);
    const states = await rig.statesOf(orders);
    expect(states.filter((state) => state === 'held')).toHaveLength(5);
    const levels = await Promise.all(skus.map(rig.levelsOf));
    expect(levels).toEqual(skus.map(() => ({ open: 0, held: 5, sold: 0 })));
  });

  it('and an admin who takes units out leave none that is in two places', async () => {
    const skuId = await rig.createSku(20);
    const orders = Array.from({ length: 15 }, () => orderOf(skuId, 1));
    const takeOut = () =>
      shop.api.post(`/admin/skus/${skuId}/stock-adjustments`, {
        token: shop.ownerToken,
        body: { quantity: -2, reason: '파손' },
      });
    const [adjusted] = await Promise.all([
      Promise.all(Array.from({ length: 10 }, takeOut)),
      ...orders.map((order) => rig.receive(placed(order))),
    ]);
    const out = adjusted.filter((answer) => answer.status === 201).length * 2;
    const states = await rig.statesOf(orders);
    const held = states.filter((state) => state === 'held').length;
    expect(await rig.levelsOf(skuId)).toEqual({ open: 20 - out - held, held, sold: 0 });
    await auditLedger(shop);
  });
});

describe('transactions that want the same rows', () => {
  it('lock them in one order, and so do not meet in a deadlock', async () => {
    const skuIds = [await rig.createSku(10), await rig.createSku(10)] as const;
    const orders = skuIds.map((skuId) => orderOf(skuId, 1));
    await rig.receive(...orders.map(placed));
    const [one, two] = orders.map(({ orderId }) => orderId);
    const holds = { table: 'catalog_stock_holds', key: 'order_id', ids: [one, two] as [Id, Id] };
    expect(await locksInOrder(shop, holds, lockHolds)).toBe(true);
    const stock = { table: 'catalog_stock', key: 'sku_id', ids: skuIds };
    expect(await locksInOrder(shop, stock, lockStock)).toBe(true);
  });
});
