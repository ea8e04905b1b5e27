import type { Clock } from '../../platform/clock/clock.ts';
import type { InTransaction } from '../../platform/events/transactions.ts';
import { insertProducts } from './import-products.store.ts';
import { productFromDraft, type ProductDraft } from './product-drafts.ts';

const PRODUCTS_AT_ONCE = 500;

export type ImportProducts = (
  drafts: Iterable<ProductDraft>,
  onProgress: (imported: number) => void,
) => Promise<number>;

/**
 * Inserts products in bulk, a bounded number at a time, and records no events: the caller
 * republishes once at the end, which is cheaper than a message per product. Returns how many.
 */
export function createImportProducts(parts: {
  inTransaction: InTransaction;
  clock: Clock;
}): ImportProducts {
  return async function importProducts(drafts, onProgress) {
    let imported = 0;
    for (const chunk of chunks(drafts, PRODUCTS_AT_ONCE)) {
      const full = chunk.map((draft) => productFromDraft(draft, parts.clock.now()));
      // Chunk by chunk, to keep memory and transactions small.
      await parts.inTransaction((tx) => insertProducts(tx, full));
      imported += full.length;
      onProgress(imported);
    }
    return imported;
  };
}

function* chunks<Item>(items: Iterable<Item>, size: number): Generator<Item[]> {
  let chunk: Item[] = [];
  for (const item of items) {
    chunk.push(item);
    if (chunk.length === size) {
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}
