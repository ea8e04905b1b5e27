import { and, desc, eq, gt, lt, notInArray } from 'drizzle-orm';
import { bulkParameter, bulkRows, hex, idsInLockOrder } from '../../../platform/database/bulk.ts';
import { forUpdateOf, hotStatement } from '../../../platform/database/hot-statements.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { idFromBytes, type Id } from '../../../platform/ids/id.ts';
import { flashSaleCounters, flashSales } from '../order.tables.ts';
import { UNENDED_STATES, type Sale } from './flash-sales.rules.ts';

export type SaleRow = typeof flashSales.$inferSelect;
export type CounterRow = typeof flashSaleCounters.$inferSelect;

/** A sale with its counters, as every decision needs it. */
export type LockedSale = Sale & { id: Id; skuId: Id; price: number };

export async function insertFlashSale(
  tx: Transaction,
  sale: Omit<typeof flashSales.$inferInsert, 'createdAt'>,
  counters: Pick<CounterRow, 'state' | 'quantity'>,
): Promise<void> {
  await tx.orm.insert(flashSales).values(sale);
  // Its gate begins the first epoch.
  await tx.orm.insert(flashSaleCounters).values({ flashSaleId: sale.id, epoch: 0, ...counters });
}

const LOCK_SALES = hotStatement(`
  SELECT s.id, s.sku_id AS skuId, s.price, s.line_limit AS lineLimit, s.opens_at AS opensAt,
         s.closes_at AS closesAt, c.state, c.quantity, c.issued, c.admitted, c.taken, c.sold,
         c.returned
  FROM ${bulkRows('wanted', { id: 'id' })}
  STRAIGHT_JOIN order_flash_sale_counters AS c FORCE INDEX (PRIMARY)
    ON c.flash_sale_id = UNHEX(wanted.id)
  STRAIGHT_JOIN order_flash_sales AS s FORCE INDEX (PRIMARY) ON s.id = c.flash_sale_id
  ${forUpdateOf('c', 's')}`);

/** Locks sales, in the order of their ids, before anything else of them. */
export async function lockSales(tx: Transaction, ids: readonly Id[]): Promise<Map<Id, LockedSale>> {
  const rows = await tx.select<Omit<LockedSale, 'id' | 'skuId'> & { id: Buffer; skuId: Buffer }>(
    LOCK_SALES,
    [idsInLockOrder(ids)],
  );
  return new Map(
    rows.map((row) => {
      const id = idFromBytes(row.id);
      return [id, { ...row, id, skuId: idFromBytes(row.skuId) }];
    }),
  );
}

const UPDATE_COUNTERS = hotStatement(`
  UPDATE ${bulkRows('changed', {
    id: 'id',
    state: 'varchar',
    quantity: 'bigint',
    admitted: 'bigint',
    taken: 'bigint',
    sold: 'bigint',
    returned: 'bigint',
  })}
   STRAIGHT_JOIN order_flash_sale_counters AS c FORCE INDEX (PRIMARY)
     ON c.flash_sale_id = UNHEX(changed.id)
   SET c.state = changed.state, c.quantity = changed.quantity, c.admitted = changed.admitted,
       c.taken = changed.taken, c.sold = changed.sold, c.returned = changed.returned`);

/** Writes what has moved of sales that are locked; `issued` is moved by those who issue tickets. */
export async function updateCounters(tx: Transaction, sales: readonly LockedSale[]): Promise<void> {
  await tx.write(UPDATE_COUNTERS, [
    bulkParameter(
      sales.map((sale) => [
        hex(sale.id),
        sale.state,
        sale.quantity,
        sale.admitted,
        sale.taken,
        sale.sold,
        sale.returned,
      ]),
    ),
  ]);
}

/** Ends the window of a sale that is locked. */
export async function setClosesAt(tx: Transaction, id: Id, closesAt: Date): Promise<void> {
  await tx.orm.update(flashSales).set({ closesAt }).where(eq(flashSales.id, id));
}

const READ_PAYMENT_WINDOWS = hotStatement(`
  SELECT s.id, s.payment_window_seconds AS seconds
  FROM ${bulkRows('wanted', { id: 'id' })}
  STRAIGHT_JOIN order_flash_sales AS s FORCE INDEX (PRIMARY) ON s.id = UNHEX(wanted.id)`);

/** How long the orders of sales may wait for their payment, in milliseconds. */
export async function readPaymentWindows(
  tx: Transaction,
  ids: readonly Id[],
): Promise<Map<Id, number>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.select<{ id: Buffer; seconds: number }>(READ_PAYMENT_WINDOWS, [
    idsInLockOrder(ids),
  ]);
  return new Map(rows.map((row) => [idFromBytes(row.id), row.seconds * 1000]));
}

/** A sale with everything that is shown of it. */
export type FoundSale = { sale: SaleRow; counters: CounterRow };

export async function findSale(database: Database, id: Id): Promise<FoundSale | undefined> {
  const [row] = await salesWithCounters(database).where(eq(flashSales.id, id));
  return row;
}

/** All sales, newest first; `beforeId` continues after that one. */
export async function listSales(
  database: Database,
  page: { limit: number; beforeId: Id | undefined },
): Promise<FoundSale[]> {
  return salesWithCounters(database)
    .where(page.beforeId === undefined ? undefined : lt(flashSales.id, page.beforeId))
    .orderBy(desc(flashSales.id))
    .limit(page.limit);
}

/** Sales that are open or to come, newest first; `beforeId` continues after that one. */
export async function listCurrentSales(
  database: Database,
  page: { now: Date; limit: number; beforeId: Id | undefined },
): Promise<FoundSale[]> {
  return salesWithCounters(database)
    .where(
      and(
        gt(flashSales.closesAt, page.now),
        notInArray(flashSaleCounters.state, ['closing', 'ending', 'ended']),
        page.beforeId === undefined ? undefined : lt(flashSales.id, page.beforeId),
      ),
    )
    .orderBy(desc(flashSales.id))
    .limit(page.limit);
}

function salesWithCounters({ orm }: Database) {
  return orm
    .select({ sale: flashSales, counters: flashSaleCounters })
    .from(flashSales)
    .innerJoin(flashSaleCounters, eq(flashSaleCounters.flashSaleId, flashSales.id))
    .$dynamic();
}

/** Sales that are not over and done with; at most 1,000. */
export async function readUnendedSales(database: Database): Promise<(Sale & { id: Id })[]> {
  const rows = await database.select<Sale & { id: Buffer }>(
    `SELECT s.id, s.line_limit AS lineLimit, s.opens_at AS opensAt, s.closes_at AS closesAt, c.state,
            c.quantity, c.issued, c.admitted, c.taken, c.sold, c.returned
     FROM order_flash_sale_counters AS c FORCE INDEX (order_flash_sale_counters_state)
     STRAIGHT_JOIN order_flash_sales AS s FORCE INDEX (PRIMARY) ON s.id = c.flash_sale_id
     WHERE c.state IN (${UNENDED_STATES.map(() => '?').join()})
     LIMIT 1000`,
    UNENDED_STATES,
  );
  return rows.map((row) => ({ ...row, id: idFromBytes(row.id) }));
}
