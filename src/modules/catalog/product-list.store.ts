import { and, asc, desc, eq, gt, gte, inArray, lt, lte, or, sql, type SQL } from 'drizzle-orm';
import type { MySqlColumn } from 'drizzle-orm/mysql-core';
import { groupBy } from '../../platform/collections/group-by.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Id } from '../../platform/ids/id.ts';
import type { ProductRow } from './product.store.ts';
import { products, productStyles, skus, stock } from './catalog.tables.ts';

export type ProductSort = 'newest' | 'popular' | 'priceAsc' | 'priceDesc';

export type ProductFilter = {
  typeId: Id | undefined;
  styleId: Id | undefined;
  minPrice: number | undefined;
  maxPrice: number | undefined;
};

/** Where a page begins: after the row with this sort value and id. */
export type After = { value: number; id: Id } | undefined;

/** Products on sale that pass the filter, in the sort's order, from `after` on. */
export async function listProducts(
  database: Database,
  filter: ProductFilter,
  sort: ProductSort,
  page: { after: After; limit: number },
): Promise<ProductRow[]> {
  const { column, direction } = SORTS[sort];
  return database.orm
    .select()
    .from(products)
    .where(and(...conditions(database, filter), afterCondition(column, direction, page.after)))
    .orderBy(...(column ? [direction(column)] : []), direction(products.id))
    .limit(page.limit);
}

/** Each sort's column beside the id, and the direction of both: an index serves them together. */
const SORTS: Record<ProductSort, { column: MySqlColumn | undefined; direction: typeof asc }> = {
  newest: { column: undefined, direction: desc },
  popular: { column: products.soldUnits, direction: desc },
  priceAsc: { column: products.salePrice, direction: asc },
  priceDesc: { column: products.salePrice, direction: desc },
};

function conditions(database: Database, filter: ProductFilter): (SQL | undefined)[] {
  const { typeId, styleId, minPrice, maxPrice } = filter;
  return [
    eq(products.state, 'on_sale'),
    typeId === undefined ? undefined : eq(products.typeId, typeId),
    styleId === undefined
      ? undefined
      : inArray(
          products.id,
          database.orm
            .select({ id: productStyles.productId })
            .from(productStyles)
            .where(eq(productStyles.styleId, styleId)),
        ),
    minPrice === undefined ? undefined : gte(products.salePrice, minPrice),
    maxPrice === undefined ? undefined : lte(products.salePrice, maxPrice),
  ];
}

function afterCondition(
  column: MySqlColumn | undefined,
  direction: typeof asc,
  after: After,
): SQL | undefined {
  if (!after) return undefined;
  const beyond = direction === asc ? gt : lt;
  if (!column) return beyond(products.id, after.id);
  return or(
    beyond(column, after.value),
    and(eq(column, after.value), beyond(products.id, after.id)),
  );
}

/** Units that can still be sold, for each of the products. */
export async function readOpenUnits(
  database: Database,
  productIds: readonly Id[],
): Promise<Map<Id, number>> {
  if (productIds.length === 0) return new Map();
  const rows = await database.orm
    .select({ productId: skus.productId, open: sql`SUM(${stock.open})`.mapWith(Number) })
    .from(skus)
    .innerJoin(stock, eq(stock.skuId, skus.id))
    .where(and(inArray(skus.productId, [...productIds]), eq(skus.state, 'on_sale')))
    .groupBy(skus.productId);
  return new Map(rows.map((row) => [row.productId, row.open]));
}

/** Style ids of each of the products. */
export async function readStyleIds(
  database: Database,
  productIds: readonly Id[],
): Promise<Map<Id, Id[]>> {
  if (productIds.length === 0) return new Map();
  const rows = await database.orm
    .select()
    .from(productStyles)
    .where(inArray(productStyles.productId, [...productIds]));
  const byProduct = groupBy(rows, (row) => row.productId);
  return new Map([...byProduct].map(([id, group]) => [id, group.map((row) => row.styleId)]));
}
