import { idToBytes, type Id } from '../../../../src/platform/ids/id.ts';
import type { RecordedEvent } from '../../../../src/platform/events/define-event.ts';
import {
  keepStockForOrders,
  sellStockOfPaidOrders,
} from '../../../../src/modules/catalog/keep-stock-for-orders.ts';
import { createProduct } from '../../../support/factories.ts';
import { handle, lineOf, tellOrder, type TestEvent } from '../../../support/order-events.ts';
import type { TestShop } from '../../../support/start-shop.ts';

export const PRICE = 10_000;

export const orderOf = (skuId: Id, ...quantities: number[]) =>
  tellOrder({ lines: quantities.map((quantity) => lineOf(skuId, quantity, PRICE)) });

/** What is told of how well a SKU can be had. */
export type Told = { availability: string; version: number };

/** Looks at the stock of a shop and hands events to its keeper. */
export function createStockRig(shop: TestShop) {
  const levelsOf = async (skuId: Id) => {
    const [row] = await shop.database.select<{ open: number; held: number; sold: number }>(
      `SELECT open_quantity AS open, held_quantity AS held, sold_quantity AS sold
       FROM catalog_stock WHERE sku_id = ?`,
      [idToBytes(skuId)],
    );
    return row;
  };
  const holdOf = async ({ orderId }: { orderId: Id }) => {
    const [row] = await shop.database.select<{ state: string; heldLines: string }>(
      'SELECT state, `lines` AS heldLines FROM catalog_stock_holds WHERE order_id = ?',
      [idToBytes(orderId)],
    );
    return row && { state: row.state, lines: JSON.parse(row.heldLines) as unknown };
  };
  return {
    receive: (...events: TestEvent[]) =>
      handle(shop, [keepStockForOrders, sellStockOfPaidOrders], events),
    createSku: async (stock: number) => (await createProduct(shop, { price: PRICE, stock })).skuId,
    levelsOf,
    holdOf,
    statesOf: (orders: readonly { orderId: Id }[]) =>
      Promise.all(orders.map(async (order) => (await holdOf(order))?.state)),
    /** Everything that was told of a SKU's availability, in the order in which it was told. */
    toldOf: async (skuId: Id): Promise<Told[]> => {
      const rows = await shop.database.select<{ events: string }>(
        'SELECT events FROM platform_outbox WHERE events LIKE ? ORDER BY id',
        [`%catalog.availability-changed%${skuId}%`],
      );
      return rows
        .flatMap((row) => JSON.parse(row.events) as RecordedEvent[])
        .filter((event) => event.name === 'catalog.availability-changed')
        .flatMap((event) => (event.payload as { skus: (Told & { skuId: Id })[] }).skus)
        .filter((sku) => sku.skuId === skuId)
        .map(({ availability, version }) => ({ availability, version }));
    },
  };
}
