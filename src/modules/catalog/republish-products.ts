import type { Database } from '../../platform/database/database.ts';
import { recordEvents } from '../../platform/events/record-events.ts';
import type { InTransaction } from '../../platform/events/transactions.ts';
import type { Id } from '../../platform/ids/id.ts';
import { changedEvent } from './product-drafts.ts';
import { findProducts, readProductIdsAfter } from './product.store.ts';
import { tellAvailability } from './tell-availability.ts';

const PRODUCTS_AT_ONCE = 250;

export type RepublishProducts = (onProgress: (published: number) => void) => Promise<number>;

/**
 * Tells every product as it is once more, and how well each of its SKUs can be had, so that a copy
 * in another module can be filled anew. Copies take the latest version, so it is harmless at any
 * time. Returns how many products.
 */
export function createRepublishProducts(parts: {
  database: Database;
  inTransaction: InTransaction;
}): RepublishProducts {
  return async function republishProducts(onProgress) {
    let published = 0;
    for (let afterId: Id | undefined; ;) {
      // Page by page, to keep memory bounded; the backbone leaves what it has no room for in the
      // outbox.
      const ids = await readProductIdsAfter(parts.database, afterId, PRODUCTS_AT_ONCE);
      if (ids.length === 0) return published;
      await parts.inTransaction(async (tx) => {
        const found = await findProducts(tx, ids);
        recordEvents(tx, ...found.map(changedEvent));
        tellAvailability(
          tx,
          found.flatMap(({ skus }) => skus.map((sku) => sku.stock)),
        );
      });
      published += ids.length;
      onProgress(published);
      afterId = ids.at(-1);
    }
  };
}
