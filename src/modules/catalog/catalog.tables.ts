import { sql } from 'drizzle-orm';
import {
  check,
  index,
  int,
  mysqlTable,
  primaryKey,
  smallint,
  text,
  tinyint,
  varchar,
} from 'drizzle-orm/mysql-core';
import { createdMoment, id, krw } from '../../platform/database/columns.ts';
import type { HoldState } from '../../platform/holds/hold-state.ts';
import type { ProductState, SkuState, StockEntryKind, TaxType } from './catalog.rules.ts';

/** What a product is: perfume, candle, soap. */
export const types = mysqlTable('catalog_types', {
  id: id().primaryKey(),
  name: varchar({ length: 50 }).notNull().unique('catalog_types_name'),
  position: int().notNull(),
});

/** What it is like: citrus, woody, musk. */
export const styles = mysqlTable('catalog_styles', {
  id: id().primaryKey(),
  name: varchar({ length: 50 }).notNull().unique('catalog_styles_name'),
  position: int().notNull(),
});

/** Products are archived, never deleted: orders refer to them for years. */
export const products = mysqlTable(
  'catalog_products',
  {
    id: id().primaryKey(),
    typeId: id('type_id').notNull(),
    name: varchar({ length: 200 }).notNull(),
    description: text().notNull(),
    listPrice: krw('list_price').notNull(),
    discountPercent: tinyint('discount_percent').notNull().default(0),
    /** List price after the discount, kept for sorting and filtering by an index. */
    salePrice: krw('sale_price').notNull(),
    taxType: varchar('tax_type', { length: 8 }).$type<TaxType>().notNull().default('taxable'),
    state: varchar({ length: 8 }).$type<ProductState>().notNull().default('on_sale'),
    thumbnailUrl: varchar('thumbnail_url', { length: 500 }),
    /** JSON array of addresses. */
    images: text().notNull(),
    /** Units sold and not undone: what "popular" sorts by. */
    soldUnits: int('sold_units').notNull().default(0),
    /** One seller for now; null is the shop itself. */
    sellerId: id('seller_id'),
    /** The seller's fee in hundredths of a percent. */
    feeBasisPoints: smallint('fee_basis_points').notNull().default(0),
    version: int().notNull().default(1),
    createdAt: createdMoment('created_at'),
  },
  // One for each order of the list, with and without a type: no list sorts more than it shows.
  (table) => [
    index('catalog_products_newest').on(table.state, table.id),
    index('catalog_products_price').on(table.state, table.salePrice, table.id),
    index('catalog_products_popular').on(table.state, table.soldUnits, table.id),
    index('catalog_products_type_newest').on(table.typeId, table.state, table.id),
    index('catalog_products_type_price').on(table.typeId, table.state, table.salePrice, table.id),
    index('catalog_products_type_popular').on(table.typeId, table.state, table.soldUnits, table.id),
  ],
);

export const productStyles = mysqlTable(
  'catalog_product_styles',
  { productId: id('product_id').notNull(), styleId: id('style_id').notNull() },
  (table) => [
    primaryKey({ columns: [table.productId, table.styleId] }),
    index('catalog_product_styles_style').on(table.styleId, table.productId),
  ],
);

/** What is bought: a product in one of its options. */
export const skus = mysqlTable(
  'catalog_skus',
  {
    id: id().primaryKey(),
    productId: id('product_id').notNull(),
    options: varchar({ length: 500 }).notNull(),
    /** Added to the product's discounted price; may be negative. */
    priceDelta: krw('price_delta').notNull().default(0),
    state: varchar({ length: 8 }).$type<SkuState>().notNull().default('on_sale'),
    position: smallint().notNull().default(0),
  },
  (table) => [index('catalog_skus_product').on(table.productId)],
);

/**
 * Where a SKU's units are. Narrow, and no foreign key points at it: inserts of referring rows would
 * lock it, and deadlock with the orders that move its counters.
 */
export const stock = mysqlTable(
  'catalog_stock',
  {
    skuId: id('sku_id').primaryKey(),
    /** Can still be sold. */
    open: int('open_quantity').notNull(),
    /** Set aside for orders that are under way. */
    held: int('held_quantity').notNull().default(0),
    sold: int('sold_quantity').notNull().default(0),
    /** Set aside for flash sales. */
    salePool: int('sale_pool_quantity').notNull().default(0),
    /** Counts how often its availability changed; what is told of it carries this version. */
    availabilityVersion: int('availability_version').notNull().default(0),
  },
  // The last line of defence against overselling.
  (table) => [
    check(
      'catalog_stock_not_negative',
      sql`${table.open} >= 0 AND ${table.held} >= 0 AND ${table.sold} >= 0 AND ${table.salePool} >= 0`,
    ),
  ],
);

/** Append-only: units that came in or went out otherwise than by orders. */
export const stockEntries = mysqlTable(
  'catalog_stock_entries',
  {
    id: id().primaryKey(),
    skuId: id('sku_id').notNull(),
    kind: varchar({ length: 8 }).$type<StockEntryKind>().notNull(),
    /** Units; negative when they went out. */
    quantity: int().notNull(),
    reason: varchar({ length: 200 }).notNull(),
    createdAt: createdMoment('created_at'),
  },
  (table) => [index('catalog_stock_entries_sku').on(table.skuId)],
);

/** What is set aside for orders; kept as long as the order. */
export const stockHolds = mysqlTable('catalog_stock_holds', {
  orderId: id('order_id').primaryKey(),
  state: varchar({ length: 9 }).$type<HoldState>().notNull(),
  /** JSON: [[skuId, quantity, cancelledQuantity?], …]; empty for a tombstone. */
  lines: text().notNull(),
  /** The flash sale from whose pool the units are; null for the open stock. */
  flashSaleId: id('flash_sale_id'),
});

/** Units that are set aside for a flash sale, and its price; part of their SKU's `sale_pool`. */
export const salePools = mysqlTable(
  'catalog_sale_pools',
  {
    flashSaleId: id('flash_sale_id').primaryKey(),
    skuId: id('sku_id').notNull(),
    price: krw('price').notNull(),
    quantity: int().notNull(),
    /** Can still be had. */
    open: int('open_quantity').notNull(),
    held: int('held_quantity').notNull().default(0),
    sold: int('sold_quantity').notNull().default(0),
    /** Went back into the open stock when the sale was over, or later from orders that failed. */
    returned: int('returned_quantity').notNull().default(0),
    isOver: tinyint('is_over').notNull().default(0),
  },
  (table) => [
    index('catalog_sale_pools_sku').on(table.skuId),
    check(
      'catalog_sale_pools_units',
      sql`${table.open} >= 0 AND ${table.held} >= 0 AND ${table.sold} >= 0
          AND ${table.open} + ${table.held} + ${table.sold} + ${table.returned} = ${table.quantity}`,
    ),
  ],
);
