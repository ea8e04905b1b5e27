import { impossible } from '../../platform/errors/impossible.ts';
import type { Database } from '../../platform/database/database.ts';
import { decodeCursor } from '../../platform/http/cursor.ts';
import { cutPage } from '../../platform/http/page.ts';
import {
  listProducts as readProducts,
  readOpenUnits,
  readStyleIds,
  type After,
  type ProductFilter,
  type ProductSort,
} from './product-list.store.ts';
import type { ProductRow } from './product.store.ts';
import { itemView } from './show-product.ts';

export type ProductListRequest = ProductFilter & {
  sort: ProductSort;
  limit: number;
  cursor: string | undefined;
};

export type ListProducts = ReturnType<typeof createListProducts>;

/** A page of the products on sale, filtered and sorted; a cursor belongs to its sort. */
export function createListProducts({ database }: { database: Database }) {
  return async function listProducts({ sort, limit, cursor, ...filter }: ProductListRequest) {
    const after = cursor === undefined ? undefined : afterOf(cursor);
    const rows = await readProducts(database, filter, sort, { after, limit: limit + 1 });
    const page = cutPage(rows, limit, (row) => [sortValue(row, sort), row.id]);
    const ids = page.items.map((row) => row.id);
    const [openUnits, styleIds] = await Promise.all([
      readOpenUnits(database, ids),
      readStyleIds(database, ids),
    ]);
    return {
      items: page.items.map((row) =>
        itemView(row, styleIds.get(row.id) ?? [], openUnits.get(row.id) ?? 0),
      ),
      nextCursor: page.nextCursor,
    };
  };
}

function afterOf(cursor: string): After {
  const [value, id] = decodeCursor(cursor, ['integer', 'id']);
  return { value: Number(value), id: String(id) };
}

function sortValue(row: ProductRow, sort: ProductSort): number {
  switch (sort) {
    case 'newest':
      return 0;
    case 'popular':
      return row.soldUnits;
    case 'priceAsc':
    case 'priceDesc':
      return row.salePrice;
    default:
      return impossible(sort);
  }
}
