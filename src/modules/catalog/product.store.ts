import { asc, eq, gt, inArray, sql } from 'drizzle-orm';
import { groupBy } from '../../platform/collections/group-by.ts';
import { bulkParameter, bulkRows, hex } from '../../platform/database/bulk.ts';
import { hotStatement } from '../../platform/database/hot-statements.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import { compareIds, type Id } from '../../platform/ids/id.ts';
import {
  products,
  productStyles,
  skus,
  stock,
  stockEntries,
  styles,
  types,
} from './catalog.tables.ts';

export type ProductRow = typeof products.$inferSelect;
export type SkuRow = typeof skus.$inferSelect;
export type StockRow = typeof stock.$inferSelect;

/** A product with everything that belongs to it. */
export type FullProduct = {
  product: ProductRow;
  styleIds: Id[];
  skus: (SkuRow & { stock: StockRow })[];
};

type Reader = Pick<Database, 'orm'> | Pick<Transaction, 'orm'>;

export async function findProduct(reader: Reader, id: Id): Promise<FullProduct | undefined> {
  const [found] = await findProducts(reader, [id]);
  return found;
}

/** The products with these ids, in the order of their ids. */
export async function findProducts(reader: Reader, ids: readonly Id[]): Promise<FullProduct[]> {
  if (ids.length === 0) return [];
  const { orm } = reader;
  const rows = await orm
    .select()
    .from(products)
    .where(inArray(products.id, [...ids]))
    .orderBy(asc(products.id));
  const styleRows = await orm
    .select()
    .from(productStyles)
    .where(inArray(productStyles.productId, [...ids]));
  const skuRows = await orm
    .select({ sku: skus, stock })
    .from(skus)
    .innerJoin(stock, eq(stock.skuId, skus.id))
    .where(inArray(skus.productId, [...ids]))
    .orderBy(asc(skus.position), asc(skus.id));
  const stylesOf = groupBy(styleRows, (row) => row.productId);
  const skusOf = groupBy(skuRows, (row) => row.sku.productId);
  return rows.map((product) => ({
    product,
    styleIds: (stylesOf.get(product.id) ?? []).map((row) => row.styleId),
    skus: (skusOf.get(product.id) ?? []).map((row) => ({ ...row.sku, stock: row.stock })),
  }));
}

/** Ids of products after one, in order: for walks over the whole catalog. */
export async function readProductIdsAfter(
  database: Database,
  afterId: Id | undefined,
  limit: number,
): Promise<Id[]> {
  const rows = await database.orm
    .select({ id: products.id })
    .from(products)
    .where(afterId === undefined ? undefined : gt(products.id, afterId))
    .orderBy(asc(products.id))
    .limit(limit);
  return rows.map((row) => row.id);
}

/** How many products there are, in any state. */
export async function countProducts(database: Database): Promise<number> {
  return database.orm.$count(products);
}

/** Locks a product's row and gives it, if it exists. */
export async function lockProduct(tx: Transaction, id: Id): Promise<ProductRow | undefined> {
  const [row] = await tx.orm.select().from(products).where(eq(products.id, id)).for('update');
  return row;
}

export async function updateProduct(
  tx: Transaction,
  id: Id,
  changes: Partial<typeof products.$inferInsert>,
): Promise<void> {
  await tx.orm
    .update(products)
    .set({ ...changes, version: sql`${products.version} + 1` })
    .where(eq(products.id, id));
}

export async function replaceStyles(
  tx: Transaction,
  productId: Id,
  styleIds: readonly Id[],
): Promise<void> {
  await tx.orm.delete(productStyles).where(eq(productStyles.productId, productId));
  await tx.orm.insert(productStyles).values(styleIds.map((styleId) => ({ productId, styleId })));
}

export async function typeExists(reader: Reader, id: Id): Promise<boolean> {
  const rows = await reader.orm.select({ id: types.id }).from(types).where(eq(types.id, id));
  return rows.length > 0;
}

/** Those of the ids that are no style. */
export async function unknownStyles(reader: Reader, ids: readonly Id[]): Promise<Id[]> {
  const rows = await reader.orm
    .select({ id: styles.id })
    .from(styles)
    .where(inArray(styles.id, [...ids]));
  const known = new Set(rows.map((row) => row.id));
  return ids.filter((id) => !known.has(id));
}

/** Locks a SKU's stock and gives it, if it exists. */
export async function lockStockRow(tx: Transaction, skuId: Id): Promise<StockRow | undefined> {
  const [row] = await tx.orm.select().from(stock).where(eq(stock.skuId, skuId)).for('update');
  return row;
}

/** Writes a stock row that this transaction has locked, and the entry that says why. */
export async function writeAdjustment(
  tx: Transaction,
  { skuId, open, availabilityVersion }: StockRow,
  entry: typeof stockEntries.$inferInsert,
): Promise<void> {
  await tx.orm.update(stock).set({ open, availabilityVersion }).where(eq(stock.skuId, skuId));
  await tx.orm.insert(stockEntries).values(entry);
}

const ADD_SOLD_UNITS = hotStatement(`
  UPDATE ${bulkRows('sold', { product_id: 'id', units: 'bigint' })}
  STRAIGHT_JOIN catalog_products AS p FORCE INDEX (PRIMARY) ON p.id = UNHEX(sold.product_id)
  SET p.sold_units = p.sold_units + sold.units`);

/** Counts units as sold, by product (below zero: as undone); locks rows in the order of their ids. */
export async function addSoldUnits(tx: Transaction, units: ReadonlyMap<Id, number>): Promise<void> {
  const rows = [...units].toSorted(([a], [b]) => compareIds(a, b));
  await tx.write(ADD_SOLD_UNITS, [
    bulkParameter(rows.map(([productId, count]) => [hex(productId), count])),
  ]);
}
