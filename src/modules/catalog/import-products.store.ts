import { insertInto } from '../../platform/database/insert-into.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import { idToBytes, newId, type Id } from '../../platform/ids/id.ts';
import type { FullProduct } from './product.store.ts';

type FullSku = FullProduct['skus'][number];

const insertProductRows = insertInto<FullProduct['product']>('catalog_products', {
  id: (product) => idToBytes(product.id),
  type_id: (product) => idToBytes(product.typeId),
  name: (product) => product.name,
  description: (product) => product.description,
  list_price: (product) => product.listPrice,
  discount_percent: (product) => product.discountPercent,
  sale_price: (product) => product.salePrice,
  tax_type: (product) => product.taxType,
  state: (product) => product.state,
  thumbnail_url: (product) => product.thumbnailUrl,
  images: (product) => product.images,
});

const insertStyles = insertInto<{ productId: Id; styleId: Id }>('catalog_product_styles', {
  product_id: ({ productId }) => idToBytes(productId),
  style_id: ({ styleId }) => idToBytes(styleId),
});

const insertSkus = insertInto<FullSku>('catalog_skus', {
  id: (sku) => idToBytes(sku.id),
  product_id: (sku) => idToBytes(sku.productId),
  options: (sku) => sku.options,
  price_delta: (sku) => sku.priceDelta,
  state: (sku) => sku.state,
  position: (sku) => sku.position,
});

const insertStock = insertInto<FullSku>('catalog_stock', {
  sku_id: (sku) => idToBytes(sku.id),
  open_quantity: (sku) => sku.stock.open,
});

const insertFirstEntries = insertInto<FullSku>('catalog_stock_entries', {
  id: () => idToBytes(newId()),
  sku_id: (sku) => idToBytes(sku.id),
  kind: () => 'received',
  quantity: (sku) => sku.stock.open,
  reason: () => 'first stock',
});

/** Inserts whole products, with their SKUs and first stock. */
export async function insertProducts(tx: Transaction, full: readonly FullProduct[]): Promise<void> {
  const skus = full.flatMap((one) => one.skus);
  const styles = full.flatMap(({ product, styleIds }) =>
    styleIds.map((styleId) => ({ productId: product.id, styleId })),
  );
  const stocked = skus.filter((sku) => sku.stock.open > 0);
  await insertProductRows(
    tx,
    full.map((one) => one.product),
  );
  await insertStyles(tx, styles);
  await insertSkus(tx, skus);
  await insertStock(tx, skus);
  await insertFirstEntries(tx, stocked);
}
