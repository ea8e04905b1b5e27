import { groupBy } from '../../platform/collections/group-by.ts';
import { idList } from '../../platform/database/id-list.ts';
import { bulkParameter, bulkRows, hex, idsInLockOrder } from '../../platform/database/bulk.ts';
import { forUpdateOf, hotStatement } from '../../platform/database/hot-statements.ts';
import { insertInto } from '../../platform/database/insert-into.ts';
import { insertFresh } from '../../platform/database/sql-error.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import type { HoldState } from '../../platform/holds/hold-state.ts';
import { idFromBytes, type Id } from '../../platform/ids/id.ts';
import { skuPrice } from '../../platform/money/krw.ts';
import { stockHolds } from './catalog.tables.ts';
import type { PooledStock } from './sale-pools.rules.ts';
import type { HeldLines, SkuOnSale } from './stock-holds.rules.ts';

/**
 * What catalog has set aside for an order, or had, and from which flash sale (null: the open stock).
 * A tombstone has empty lines and knows of no sale.
 */
export type StockHold = {
  orderId: Id;
  state: HoldState;
  lines: HeldLines;
  flashSaleId: Id | null;
};

const LOCK_HOLDS = hotStatement(`
  SELECT h.order_id AS orderId, h.state, h.lines AS heldLines, h.flash_sale_id AS flashSaleId
  FROM ${bulkRows('wanted', { order_id: 'id' })}
  STRAIGHT_JOIN catalog_stock_holds AS h FORCE INDEX (PRIMARY) ON h.order_id = UNHEX(wanted.order_id)
  ${forUpdateOf('h')}`);

/** Locks the holds that orders have, in the order of their ids. */
export async function lockHolds(
  tx: Transaction,
  orderIds: readonly Id[],
): Promise<Map<Id, StockHold>> {
  if (orderIds.length === 0) return new Map();
  const rows = await tx.select<{
    orderId: Buffer;
    state: HoldState;
    heldLines: string;
    flashSaleId: Buffer | null;
  }>(LOCK_HOLDS, [idsInLockOrder(orderIds)]);
  return new Map(
    rows.map((row) => {
      const orderId = idFromBytes(row.orderId);
      const lines = JSON.parse(row.heldLines) as HeldLines;
      const flashSaleId = row.flashSaleId && idFromBytes(row.flashSaleId);
      return [orderId, { orderId, state: row.state, lines, flashSaleId }];
    }),
  );
}

const insertHoldRows = insertInto(stockHolds);

export async function insertHolds(tx: Transaction, holds: readonly StockHold[]): Promise<void> {
  const rows = holds.map((hold) => ({ ...hold, lines: JSON.stringify(hold.lines) }));
  await insertFresh(insertHoldRows(tx, rows));
}

/** Moves holds on; their lines stay as they are. */
export async function updateHolds(tx: Transaction, holds: readonly StockHold[]): Promise<void> {
  const byState = groupBy(holds, (hold) => hold.state);
  await Promise.all([...byState].map(([state, alike]) => updateAlike(tx, state, alike)));
}

async function updateAlike(
  tx: Transaction,
  state: HoldState,
  holds: readonly StockHold[],
): Promise<void> {
  const ids = idList(holds.map((hold) => hold.orderId));
  await tx.write(
    `UPDATE catalog_stock_holds FORCE INDEX (PRIMARY) SET state = ? WHERE order_id IN ${ids.sql}`,
    [state, ...ids.values],
  );
}

const UPDATE_HELD_LINES = hotStatement(`
  UPDATE ${bulkRows('changed', { order_id: 'id', held_lines: 'text' })}
  STRAIGHT_JOIN catalog_stock_holds AS h FORCE INDEX (PRIMARY) ON h.order_id = UNHEX(changed.order_id)
  SET h.lines = changed.held_lines`);

/** Writes the lines of holds of which some units were cancelled. */
export async function updateHeldLines(tx: Transaction, holds: readonly StockHold[]): Promise<void> {
  await tx.write(UPDATE_HELD_LINES, [
    bulkParameter(holds.map((h) => [hex(h.orderId), JSON.stringify(h.lines)])),
  ]);
}

const LOCK_STOCK = hotStatement(`
  SELECT s.sku_id AS skuId, s.open_quantity AS open, s.held_quantity AS held,
         s.sold_quantity AS sold, s.sale_pool_quantity AS salePool,
         s.availability_version AS availabilityVersion
  FROM ${bulkRows('wanted', { sku_id: 'id' })}
  STRAIGHT_JOIN catalog_stock AS s FORCE INDEX (PRIMARY) ON s.sku_id = UNHEX(wanted.sku_id)
  ${forUpdateOf('s')}`);

/** Locks the stock of SKUs, in the order of their ids. */
export async function lockStock(
  tx: Transaction,
  skuIds: readonly Id[],
): Promise<Map<Id, PooledStock>> {
  if (skuIds.length === 0) return new Map();
  const rows = await tx.select<PooledStock & { skuId: Buffer }>(LOCK_STOCK, [
    idsInLockOrder(skuIds),
  ]);
  return new Map(rows.map(({ skuId, ...stock }) => [idFromBytes(skuId), stock]));
}

const UPDATE_STOCK = hotStatement(`
  UPDATE ${bulkRows('changed', {
    sku_id: 'id',
    open: 'bigint',
    held: 'bigint',
    sold: 'bigint',
    sale_pool: 'bigint',
    availability_version: 'bigint',
  })}
   STRAIGHT_JOIN catalog_stock AS s FORCE INDEX (PRIMARY) ON s.sku_id = UNHEX(changed.sku_id)
   SET s.open_quantity = changed.open, s.held_quantity = changed.held,
       s.sold_quantity = changed.sold, s.sale_pool_quantity = changed.sale_pool,
       s.availability_version = changed.availability_version`);

/** Writes stock rows that this transaction has locked. */
export async function updateStock(
  tx: Transaction,
  rows: readonly (PooledStock & { skuId: Id })[],
): Promise<void> {
  await tx.write(UPDATE_STOCK, [
    bulkParameter(
      rows.map((s) => [hex(s.skuId), s.open, s.held, s.sold, s.salePool, s.availabilityVersion]),
    ),
  ]);
}

const READ_SKUS_ON_SALE = hotStatement(`
  SELECT s.id AS skuId, p.list_price AS listPrice, p.discount_percent AS discountPercent,
         s.price_delta AS priceDelta,
         p.state = 'on_sale' AND s.state = 'on_sale' AS onSale
  FROM ${bulkRows('wanted', { sku_id: 'id' })}
  STRAIGHT_JOIN catalog_skus AS s FORCE INDEX (PRIMARY) ON s.id = UNHEX(wanted.sku_id)
  STRAIGHT_JOIN catalog_products AS p FORCE INDEX (PRIMARY) ON p.id = s.product_id`);

/** What SKUs cost now, and whether they are sold at all. */
export async function readSkusOnSale(
  tx: Transaction,
  skuIds: readonly Id[],
): Promise<Map<Id, SkuOnSale>> {
  if (skuIds.length === 0) return new Map();
  const rows = await tx.select<{
    skuId: Buffer;
    listPrice: number;
    discountPercent: number;
    priceDelta: number;
    onSale: number;
  }>(READ_SKUS_ON_SALE, [idsInLockOrder(skuIds)]);
  return new Map(
    rows.map((row) => [
      idFromBytes(row.skuId),
      {
        price: skuPrice(row.listPrice, row.discountPercent, row.priceDelta),
        onSale: row.onSale === 1,
      },
    ]),
  );
}
