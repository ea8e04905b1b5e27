import { bulkParameter, bulkRows, hex } from '../../platform/database/bulk.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import { newId } from '../../platform/ids/id.ts';
import type { FullProduct } from './product.store.ts';

const INSERT_PRODUCTS = `
  INSERT INTO catalog_products
    (id, type_id, name, description, list_price, discount_percent, sale_price, tax_type, state,
     thumbnail_url, images)
  SELECT UNHEX(p.id), UNHEX(p.type_id), p.name, p.description, p.list_price, p.discount_percent,
         p.sale_price, p.tax_type, p.state, p.thumbnail_url, p.images
  FROM ${bulkRows('p', {
    id: 'id',
    type_id: 'id',
    name: 'varchar',
    description: 'text',
    list_price: 'bigint',
    discount_percent: 'bigint',
    sale_price: 'bigint',
    tax_type: 'varchar',
    state: 'varchar',
    thumbnail_url: 'text',
    images: 'text',
  })}`;

const INSERT_STYLES = `
  INSERT INTO catalog_product_styles (product_id, style_id)
  SELECT UNHEX(s.product_id), UNHEX(s.style_id)
  FROM ${bulkRows('s', { product_id: 'id', style_id: 'id' })}`;

const INSERT_SKUS = `
  INSERT INTO catalog_skus (id, product_id, options, price_delta, state, position)
  SELECT UNHEX(s.id), UNHEX(s.product_id), s.options, s.price_delta, s.state, s.position
  FROM ${bulkRows('s', {
    id: 'id',
    product_id: 'id',
    options: 'text',
    price_delta: 'bigint',
    state: 'varchar',
    position: 'bigint',
  })}`;

const INSERT_STOCK = `
  INSERT INTO catalog_stock (sku_id, open_quantity)
  SELECT UNHEX(s.sku_id), s.open_quantity
  FROM ${bulkRows('s', { sku_id: 'id', open_quantity: 'bigint' })}`;

const INSERT_ENTRIES = `
  INSERT INTO catalog_stock_entries (id, sku_id, kind, quantity, reason)
  SELECT UNHEX(e.id), UNHEX(e.sku_id), 'received', e.quantity, 'first stock'
  FROM ${bulkRows('e', { id: 'id', sku_id: 'id', quantity: 'bigint' })}`;

/** Inserts whole products, with their SKUs and first stock, in five statements for any number. */
export async function insertProducts(tx: Transaction, full: readonly FullProduct[]): Promise<void> {
  const skus = full.flatMap((one) => one.skus);
  await tx.write(INSERT_PRODUCTS, [
    bulkParameter(
      full.map(({ product: p }) => [
        hex(p.id),
        hex(p.typeId),
        p.name,
        p.description,
        p.listPrice,
        p.discountPercent,
        p.salePrice,
        p.taxType,
        p.state,
        p.thumbnailUrl,
        p.images,
      ]),
    ),
  ]);
  await tx.write(INSERT_STYLES, [
    bulkParameter(
      full.flatMap(({ product, styleIds }) =>
        styleIds.map((styleId) => [hex(product.id), hex(styleId)]),
      ),
    ),
  ]);
  await tx.write(INSERT_SKUS, [
    bulkParameter(
      skus.map((s) => [hex(s.id), hex(s.productId), s.options, s.priceDelta, s.state, s.position]),
    ),
  ]);
  await tx.write(INSERT_STOCK, [bulkParameter(skus.map((s) => [hex(s.id), s.stock.open]))]);
  await tx.write(INSERT_ENTRIES, [
    bulkParameter(
      skus.filter((s) => s.stock.open > 0).map((s) => [hex(newId()), hex(s.id), s.stock.open]),
    ),
  ]);
}
