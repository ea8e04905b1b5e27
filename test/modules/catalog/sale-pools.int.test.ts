import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { salePoolEmptied, salePoolFilled } from '../../../src/modules/catalog/catalog.events.ts';
import { keepSalePools } from '../../../src/modules/catalog/keep-sale-pools.ts';
import {
  keepStockForOrders,
  sellStockOfPaidOrders,
} from '../../../src/modules/catalog/keep-stock-for-orders.ts';
import { flashSaleEnded, flashSaleOpening } from '../../../src/modules/order/order.events.ts';
import { idToBytes, newId, type Id } from '../../../src/platform/ids/id.ts';
import { createProduct } from '../../support/factories.ts';
import {
  answersOf,
  cancelled,
  causal,
  failed,
  handle,
  lineOf,
  linesCancelled,
  paid,
  placed,
  STORIES,
  tellDay,
  tellOrder,
  waysToTell,
  type TestEvent,
  type ToldOrder,
} from '../../support/order-events.ts';
import { inBatches, randomFrom, shuffled } from '../../support/shuffle.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';

const PRICE = 700;

let shop: TestShop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

type TestSale = { flashSaleId: Id; skuId: Id };

const keep = (...events: TestEvent[]) => handle(shop, keepSalePools, events);
const receive = (...events: TestEvent[]) =>
  handle(shop, [keepStockForOrders, sellStockOfPaidOrders], events);

const opening = (sale: TestSale, quantity: number) =>
  flashSaleOpening.read(
    flashSaleOpening.of(sale.flashSaleId, 1, { ...sale, price: PRICE, quantity }),
  );
const ended = ({ flashSaleId }: TestSale) =>
  flashSaleEnded.read(flashSaleEnded.of(flashSaleId, 2, { flashSaleId }));

const createSku = async (stock: number) =>
  (await createProduct(shop, { price: 1_000, stock })).skuId;

/** A sale of a SKU with 100 units, of which the sale has `quantity`. */
async function openSale(quantity: number): Promise<TestSale> {
  const sale = { flashSaleId: newId(), skuId: await createSku(100) };
  await keep(opening(sale, quantity));
  return sale;
}

const orderOf = ({ flashSaleId, skuId }: TestSale, unitPrice = PRICE): ToldOrder =>
  tellOrder({ flashSaleId, lines: [lineOf(skuId, 1, unitPrice)] });

const levelsOf = async (skuId: Id) => {
  const [row] = await shop.database.select<Record<'open' | 'held' | 'sold' | 'salePool', number>>(
    `SELECT open_quantity AS open, held_quantity AS held, sold_quantity AS sold,
            sale_pool_quantity AS salePool
     FROM catalog_stock WHERE sku_id = ?`,
    [idToBytes(skuId)],
  );
  return row;
};
const poolOf = async ({ flashSaleId }: TestSale) => {
  const [row] = await shop.database.select<
    Record<'quantity' | 'open' | 'held' | 'sold' | 'returned' | 'isOver', number>
  >(
    `SELECT quantity, open_quantity AS open, held_quantity AS held, sold_quantity AS sold,
            returned_quantity AS returned, is_over AS isOver
     FROM catalog_sale_pools WHERE flash_sale_id = ?`,
    [idToBytes(flashSaleId)],
  );
  return row;
};
/** What catalog told of an order, in its order: names, and units where there are any. */
const toldOf = async ({ orderId }: ToldOrder) =>
  (await answersOf(shop, orderId))
    .filter(({ name }) => name.startsWith('catalog.'))
    .map(({ name, payload }) => {
      const { quantity } = payload as { quantity?: number };
      return quantity === undefined ? name : `${name} ${quantity}`;
    });
const releasesOf = async (order: ToldOrder) =>
  (await toldOf(order)).filter((told) => told.startsWith('catalog.stock-released'));

describe('the pool of a flash sale', () => {
  it('is filled from the open stock, once, and says so', async () => {
    const sale = await openSale(30);
    await keep(opening(sale, 30), opening(sale, 30));
    expect(await levelsOf(sale.skuId)).toEqual({ open: 70, held: 0, sold: 0, salePool: 30 });
    expect(await answersOf(shop, sale.flashSaleId)).toEqual([
      { name: salePoolFilled.name, payload: { flashSaleId: sale.flashSaleId, quantity: 30 } },
    ]);
  });

  it('gets what is there when that is less, and says how much that is', async () => {
    const skuId = await createSku(5);
    const [first, second] = [newId(), newId()].map((flashSaleId) => ({ flashSaleId, skuId }));
    await keep(opening(first!, 3), opening(second!, 3));
    expect((await poolOf(first!))?.quantity).toBe(3);
    expect((await poolOf(second!))?.quantity).toBe(2);
    expect(await levelsOf(skuId)).toEqual({ open: 0, held: 0, sold: 0, salePool: 5 });
  });

  it('of a SKU that is nowhere gets nothing, and can be ended', async () => {
    const sale = { flashSaleId: newId(), skuId: newId() };
    await keep(opening(sale, 3));
    await keep(ended(sale));
    expect(await poolOf(sale)).toMatchObject({ quantity: 0, returned: 0, isOver: 1 });
    expect((await answersOf(shop, sale.flashSaleId)).map(({ name }) => name)).toEqual([
      salePoolFilled.name,
      salePoolEmptied.name,
    ]);
  });

  it('gives back what is left at the end, once, and says how much that is', async () => {
    const sale = await openSale(10);
    const order = orderOf(sale);
    await receive(placed(order));
    await receive(paid(order));
    await keep(ended(sale));
    await keep(ended(sale));
    expect(await levelsOf(sale.skuId)).toEqual({ open: 99, held: 0, sold: 1, salePool: 0 });
    expect(await poolOf(sale)).toEqual({
      quantity: 10,
      open: 0,
      held: 0,
      sold: 1,
      returned: 9,
      isOver: 1,
    });
    const payload = { flashSaleId: sale.flashSaleId, returnedQuantity: 9 };
    const told = await answersOf(shop, sale.flashSaleId);
    expect(told.filter(({ name }) => name === salePoolEmptied.name)).toEqual([
      { name: salePoolEmptied.name, payload },
    ]);
  });
});

describe('an order of a flash sale', () => {
  it('holds from the pool at the sale’s price, and is sold from it', async () => {
    const sale = await openSale(2);
    const order = orderOf(sale);
    await receive(placed(order));
    expect(await levelsOf(sale.skuId)).toEqual({ open: 98, held: 1, sold: 0, salePool: 1 });
    expect(await poolOf(sale)).toMatchObject({ open: 1, held: 1, sold: 0 });
    await receive(paid(order));
    expect(await levelsOf(sale.skuId)).toEqual({ open: 98, held: 0, sold: 1, salePool: 1 });
    expect(await poolOf(sale)).toMatchObject({ open: 1, held: 0, sold: 1 });
    expect(await toldOf(order)).toEqual(['catalog.stock-held', 'catalog.stock-sold 1']);
  });

  it('is refused at another price and when the pool is empty, whatever is open besides', async () => {
    const sale = await openSale(1);
    const [dear, first, second] = [orderOf(sale, 1_000), orderOf(sale), orderOf(sale)];
    await receive(placed(dear), placed(first), placed(second));
    expect(await answersOf(shop, dear.orderId)).toMatchObject([
      { name: 'catalog.stock-refused', payload: { reason: 'price_changed' } },
    ]);
    expect(await answersOf(shop, second.orderId)).toMatchObject([
      { name: 'catalog.stock-refused', payload: { reason: 'out_of_stock' } },
    ]);
    expect(await levelsOf(sale.skuId)).toEqual({ open: 99, held: 1, sold: 0, salePool: 0 });
  });

  it('that is refused tells of its end, too, without a unit', async () => {
    const sale = await openSale(0);
    const order = orderOf(sale);
    await receive(placed(order));
    await receive(failed(order));
    expect(await toldOf(order)).toEqual(['catalog.stock-refused', 'catalog.stock-released 0']);
  });

  it('gives its unit back into the pool, for the next one of the same batch', async () => {
    const sale = await openSale(1);
    const [first, second] = [orderOf(sale), orderOf(sale)];
    await receive(placed(first));
    await receive(failed(first), placed(second));
    expect(await poolOf(sale)).toMatchObject({ open: 0, held: 1 });
    expect(await toldOf(second)).toEqual(['catalog.stock-held']);
  });

  it('that is undone after the end gives its unit to the open stock', async () => {
    const sale = await openSale(3);
    const order = orderOf(sale);
    await receive(placed(order));
    await receive(paid(order));
    await keep(ended(sale));
    await receive(cancelled(order, new Date()));
    expect(await levelsOf(sale.skuId)).toEqual({ open: 100, held: 0, sold: 0, salePool: 0 });
    expect(await poolOf(sale)).toMatchObject({ open: 0, sold: 0, returned: 3 });
    expect(await releasesOf(order)).toEqual(['catalog.stock-released 1']);
  });

  it('gives back in part what is cancelled in part', async () => {
    const sale = await openSale(5);
    const order = tellOrder({
      flashSaleId: sale.flashSaleId,
      lines: [lineOf(sale.skuId, 3, PRICE)],
    });
    await receive(placed(order));
    await receive(paid(order));
    await receive(linesCancelled(order, { lines: [{ skuId: sale.skuId, quantity: 2 }] }));
    expect(await poolOf(sale)).toMatchObject({ open: 4, held: 0, sold: 1 });
    await receive(cancelled(order, new Date()));
    expect(await poolOf(sale)).toMatchObject({ open: 5, held: 0, sold: 0 });
    expect(await releasesOf(order)).toEqual([
      'catalog.stock-released 2',
      'catalog.stock-released 1',
    ]);
  });
});

describe('the events of a flash sale’s order', () => {
  it.each(STORIES)('$story: ends $end in every order, told once', async ({ tell, end }) => {
    const sale = await openSale(50);
    const orders: ToldOrder[] = [];
    for (const way of waysToTell(tell)) {
      const order = orderOf(sale);
      for (const batch of way(order)) await receive(...batch);
      orders.push(order);
    }
    const isSold = end === 'committed';
    const sold = isSold ? orders.length : 0;
    expect(await poolOf(sale)).toMatchObject({ open: 50 - sold, held: 0, sold });
    expect(await levelsOf(sale.skuId)).toMatchObject({ held: 0, sold, salePool: 50 - sold });
    const releases = await Promise.all(orders.map(releasesOf));
    expect(releases.map((told) => told.length)).toEqual(orders.map(() => (isSold ? 0 : 1)));
  });

  it.each([1, 2])('end alike however a day is shuffled and cut (seed %i)', async (seed) => {
    const random = randomFrom(seed);
    const sale = await openSale(60);
    const day = tellDay(60, () => orderOf(sale));
    const events = causal(
      shuffled(
        day.flatMap((each) => each.events),
        random,
      ),
    );
    for (const batch of inBatches(events, 9, random)) await receive(...batch);
    const sold = day.filter(({ end }) => end === 'committed').length;
    expect(await poolOf(sale)).toEqual({
      quantity: 60,
      open: 60 - sold,
      held: 0,
      sold,
      returned: 0,
      isOver: 0,
    });
    const releases = await Promise.all(day.map(({ order }) => releasesOf(order)));
    expect(releases.map((told) => told.length)).toEqual(
      day.map(({ end }) => (end === 'released' ? 1 : 0)),
    );
  });
});
