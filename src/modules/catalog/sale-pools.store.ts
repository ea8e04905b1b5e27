import { bulkParameter, bulkRows, hex, idsInLockOrder } from '../../platform/database/bulk.ts';
import { forUpdateOf, hotStatement } from '../../platform/database/hot-statements.ts';
import { insertInto } from '../../platform/database/insert-into.ts';
import { insertFresh } from '../../platform/database/sql-error.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import { idFromBytes, type Id } from '../../platform/ids/id.ts';
import { salePools } from './catalog.tables.ts';
import type { SalePool } from './sale-pools.rules.ts';

const READ_POOL_SKUS = hotStatement(`
  SELECT p.sku_id AS skuId
  FROM ${bulkRows('wanted', { flash_sale_id: 'id' })}
  STRAIGHT_JOIN catalog_sale_pools AS p FORCE INDEX (PRIMARY)
    ON p.flash_sale_id = UNHEX(wanted.flash_sale_id)`);

/** The SKUs of the sales that have a pool. */
export async function readPoolSkus(tx: Transaction, flashSaleIds: readonly Id[]): Promise<Id[]> {
  if (flashSaleIds.length === 0) return [];
  const rows = await tx.select<{ skuId: Buffer }>(READ_POOL_SKUS, [idsInLockOrder(flashSaleIds)]);
  return rows.map((row) => idFromBytes(row.skuId));
}

const LOCK_POOLS = hotStatement(`
  SELECT p.flash_sale_id AS flashSaleId, p.sku_id AS skuId, p.price, p.open_quantity AS open,
         p.held_quantity AS held, p.sold_quantity AS sold, p.returned_quantity AS returned,
         p.is_over AS isOver
  FROM ${bulkRows('wanted', { flash_sale_id: 'id' })}
  STRAIGHT_JOIN catalog_sale_pools AS p FORCE INDEX (PRIMARY)
    ON p.flash_sale_id = UNHEX(wanted.flash_sale_id)
  ${forUpdateOf('p')}`);

/** Locks the pools of sales, in the order of their ids, after their SKUs' stock. */
export async function lockPools(
  tx: Transaction,
  flashSaleIds: readonly Id[],
): Promise<Map<Id, SalePool>> {
  if (flashSaleIds.length === 0) return new Map();
  const rows = await tx.select<
    Omit<SalePool, 'skuId' | 'isOver'> & { flashSaleId: Buffer; skuId: Buffer; isOver: number }
  >(LOCK_POOLS, [idsInLockOrder(flashSaleIds)]);
  return new Map(
    rows.map(({ flashSaleId, skuId, isOver, ...levels }) => [
      idFromBytes(flashSaleId),
      { ...levels, skuId: idFromBytes(skuId), isOver: isOver === 1 },
    ]),
  );
}

const insertPoolRows = insertInto(salePools);

/** Inserts the pool of a sale; its quantity is what it got, all of which is open. */
export async function insertPools(
  tx: Transaction,
  pools: ReadonlyMap<Id, SalePool>,
): Promise<void> {
  const rows = [...pools].map(([flashSaleId, { isOver, ...pool }]) => ({
    flashSaleId,
    ...pool,
    quantity: pool.open,
    isOver: isOver ? 1 : 0,
  }));
  await insertFresh(insertPoolRows(tx, rows));
}

const UPDATE_POOLS = hotStatement(`
  UPDATE ${bulkRows('changed', {
    flash_sale_id: 'id',
    open: 'bigint',
    held: 'bigint',
    sold: 'bigint',
    returned: 'bigint',
    is_over: 'bigint',
  })}
   STRAIGHT_JOIN catalog_sale_pools AS p FORCE INDEX (PRIMARY)
     ON p.flash_sale_id = UNHEX(changed.flash_sale_id)
   SET p.open_quantity = changed.open, p.held_quantity = changed.held,
       p.sold_quantity = changed.sold, p.returned_quantity = changed.returned,
       p.is_over = changed.is_over`);

/** Writes pools that this transaction has locked. */
export async function updatePools(
  tx: Transaction,
  pools: ReadonlyMap<Id, SalePool>,
): Promise<void> {
  await tx.write(UPDATE_POOLS, [
    bulkParameter(
      [...pools].map(([id, pool]) => [
        hex(id),
        pool.open,
        pool.held,
        pool.sold,
        pool.returned,
        pool.isOver ? 1 : 0,
      ]),
    ),
  ]);
}
