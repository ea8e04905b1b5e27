import { insertInto } from '../../platform/database/insert-into.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import { newId } from '../../platform/ids/id.ts';
import { products, productStyles, skus, stock, stockEntries } from './catalog.tables.ts';
import type { FullProduct } from './product.store.ts';

const insertProductRows = insertInto(products);
const insertStyles = insertInto(productStyles);
const insertSkus = insertInto(skus);
const insertStock = insertInto(stock);
const insertFirstEntries = insertInto(stockEntries, { leftToDefault: ['createdAt'] });

/** Inserts whole products, with their SKUs and first stock. */
export async function insertProducts(tx: Transaction, full: readonly FullProduct[]): Promise<void> {
  const allSkus = full.flatMap((one) => one.skus);
  const styles = full.flatMap(({ product, styleIds }) =>
    styleIds.map((styleId) => ({ productId: product.id, styleId })),
  );
  const levels = allSkus.map((sku) => sku.stock);
  const received = levels
    .filter(({ open }) => open > 0)
    .map(({ skuId, open }) => ({
      id: newId(),
      skuId,
      kind: 'received' as const,
      quantity: open,
      reason: 'first stock',
    }));
  await insertProductRows(
    tx,
    full.map((one) => one.product),
  );
  await insertStyles(tx, styles);
  await insertSkus(tx, allSkus);
  await insertStock(tx, levels);
  await insertFirstEntries(tx, received);
}
