import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepStockForOrders } from '../../../src/modules/catalog/keep-stock-for-orders.ts';
import type { RecordedEvent } from '../../../src/platform/events/define-event.ts';
import type { Id } from '../../../src/platform/ids/id.ts';
import { createProduct } from '../../support/factories.ts';
import {
  cancelled,
  expired,
  failed,
  lineOf,
  linesCancelled,
  paid,
  placed,
  tellOrder,
  type TestEvent,
} from '../../support/order-events.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';
import { createStockRig, orderOf, PRICE } from './support/stock-rig.ts';

let shop: TestShop;
let rig: ReturnType<typeof createStockRig>;
beforeAll(async () => {
  shop = await startShop();
  rig = createStockRig(shop);
});
afterAll(() => shop.stop());

const adjust = (skuId: Id, quantity: number) =>
  shop.api.post(`/admin/skus/${skuId}/stock-adjustments`, {
    token: shop.ownerToken,
    body: { quantity, reason: '실사' },
  });

const inStock = (version: number) => ({ availability: 'in_stock', version });
const fewLeft = (version: number) => ({ availability: 'few_left', version });
const soldOut = (version: number) => ({ availability: 'sold_out', version });

describe('the availability of a SKU', () => {
  it('is told when an order crosses a threshold, and only then', async () => {
    const skuId = await rig.createSku(8);
    const [first, second, third] = [orderOf(skuId, 2), orderOf(skuId, 1), orderOf(skuId, 5)];
    await rig.receive(placed(first));
    expect(await rig.toldOf(skuId)).toEqual([]);
    await rig.receive(placed(second));
    expect(await rig.toldOf(skuId)).toEqual([fewLeft(1)]);
    await rig.receive(paid(first), paid(second));
    expect(await rig.toldOf(skuId)).toEqual([fewLeft(1)]);
    await rig.receive(placed(third));
    expect(await rig.toldOf(skuId)).toEqual([fewLeft(1), soldOut(2)]);
    await rig.receive(failed(third));
    expect(await rig.toldOf(skuId)).toEqual([fewLeft(1), soldOut(2), fewLeft(3)]);
    await rig.receive(cancelled(first, new Date()));
    expect(await rig.toldOf(skuId)).toEqual([fewLeft(1), soldOut(2), fewLeft(3), inStock(4)]);
  });

  it('is told when cancelled lines and orders that expire give units back', async () => {
    const skuId = await rig.createSku(6);
    const [sold, due] = [orderOf(skuId, 2), orderOf(skuId, 4)];
    await rig.receive(placed(sold), placed(due), paid(sold));
    await rig.receive(linesCancelled(sold, { lines: [{ skuId, quantity: 2 }] }));
    await rig.receive(expired(due));
    expect(await rig.toldOf(skuId)).toEqual([soldOut(1), fewLeft(2), inStock(3)]);
  });

  it('is judged once a batch: what is back at its end was never away', async () => {
    const skuId = await rig.createSku(6);
    const [passing, staying] = [orderOf(skuId, 6), orderOf(skuId, 6)];
    await rig.receive(placed(passing), failed(passing));
    expect(await rig.toldOf(skuId)).toEqual([]);
    await rig.receive(placed(staying));
    await rig.receive(failed(staying), placed(orderOf(skuId, 1)), placed(orderOf(skuId, 5)));
    expect(await rig.toldOf(skuId)).toEqual([soldOut(1)]);
  });

  it('stays as it is when an order is refused because units are short', async () => {
    const [scarce, plenty] = await Promise.all([rig.createSku(6), rig.createSku(6)]);
    const lines = [lineOf(plenty, 6, PRICE), lineOf(scarce, 7, PRICE)];
    await rig.receive(placed(tellOrder({ lines })));
    expect(await Promise.all([scarce, plenty].map(rig.toldOf))).toEqual([[], []]);
  });

  it('is told with that of the other SKUs of the batch, in one event', async () => {
    const skus = await Promise.all([6, 6, 20].map((stock) => rig.createSku(stock)));
    const lines = skus.map((skuId) => lineOf(skuId, 6, PRICE));
    await rig.receive(placed(tellOrder({ lines })));
    expect(await Promise.all(skus.map(rig.toldOf))).toEqual([[soldOut(1)], [soldOut(1)], []]);
    const rows = await shop.database.select<{ events: string }>(
      'SELECT events FROM platform_outbox WHERE events LIKE ?',
      [`%catalog.availability-changed%${skus[0]}%`],
    );
    const names = rows.flatMap((row) =>
      (JSON.parse(row.events) as RecordedEvent[]).map((event) => event.name),
    );
    expect(names.toSorted()).toEqual(['catalog.availability-changed', 'catalog.stock-held']);
  });

  it('is told when units are taken in or out, if it changes', async () => {
    const skuId = await rig.createSku(10);
    for (const quantity of [-4, -1, -5, 5, 1, 100]) {
      expect((await adjust(skuId, quantity)).status).toBe(201);
    }
    await rig.receive(placed(orderOf(skuId, 106)));
    expect(await rig.toldOf(skuId)).toEqual([
      fewLeft(1),
      soldOut(2),
      fewLeft(3),
      inStock(4),
      soldOut(5),
    ]);
  });

  it('is told of a new one that is not in stock, and follows from there', async () => {
    const [none, few, many] = await Promise.all([0, 5, 6].map((stock) => rig.createSku(stock)));
    const told = await Promise.all([none, few, many].map((skuId) => rig.toldOf(skuId ?? '')));
    expect(told).toEqual([[soldOut(0)], [fewLeft(0)], []]);
    await adjust(none ?? '', 6);
    expect(await rig.toldOf(none ?? '')).toEqual([soldOut(0), inStock(1)]);
  });

  it('is told again with its product, with the version that it has', async () => {
    const skuId = await rig.createSku(6);
    const untouched = await rig.createSku(100);
    await adjust(skuId, -6);
    await shop.app.modules.catalog.republishProducts(() => {});
    expect(await rig.toldOf(skuId)).toEqual([soldOut(1), soldOut(1)]);
    expect(await rig.toldOf(untouched)).toEqual([inStock(0)]);
  });

  it('rises by one each time when many change it at once, and ends as the stock does', async () => {
    const skuId = await rig.createSku(9);
    const orders = Array.from({ length: 24 }, () => orderOf(skuId, 3));
    await Promise.all(
      orders.map(async (order, index) => {
        await rig.receive(placed(order));
        await rig.receive(index % 2 === 0 ? failed(order) : expired(order));
      }),
    );
    await adjust(skuId, -9);
    const told = await rig.toldOf(skuId);
    const versions = told.map(({ version }) => version).toSorted((a, b) => a - b);
    expect(versions).toEqual(versions.map((_, index) => index + 1));
    expect(told.find(({ version }) => version === versions.length)).toEqual(
      soldOut(versions.length),
    );
    expect(await rig.levelsOf(skuId)).toEqual({ open: 0, held: 0, sold: 0 });
  });
});

describe('statements of the stock keeper', () => {
  /** How many reads and writes a batch takes. */
  const countStatements = async (...events: TestEvent[]) => {
    const count = { reads: 0, writes: 0 };
    await shop.app.backbone.inTransaction(async (tx) => {
      const [select, write] = [tx.select.bind(tx), tx.write.bind(tx)];
      tx.select = (...call: Parameters<typeof select>) => {
        count.reads += 1;
        return select(...call);
      };
      tx.write = (...call) => {
        count.writes += 1;
        return write(...call);
      };
      await tx.inUnit(() => keepStockForOrders.handle(tx, events));
      // The transaction's own follow; they are the same for every handler.
      Object.assign(tx, { select, write });
    });
    return count;
  };

  it('are no more for what is told of availability; cancelled lines take one', async () => {
    const { skuId } = await createProduct(shop, { price: PRICE, stock: 48 });
    const orders = Array.from({ length: 8 }, () => orderOf(skuId, 6));
    expect(await countStatements(...orders.map(placed))).toEqual({ reads: 2, writes: 2 });
    expect(await countStatements(...orders.map((order) => paid(order)))).toEqual({
      reads: 2,
      writes: 2,
    });
    const cuts = orders.map((order) => linesCancelled(order, { lines: [{ skuId, quantity: 1 }] }));
    expect(await countStatements(...cuts)).toEqual({ reads: 2, writes: 3 });
    expect(await countStatements(...cuts)).toEqual({ reads: 2, writes: 0 });
    expect(await rig.toldOf(skuId)).toEqual([soldOut(1), inStock(2)]);
  });
});
