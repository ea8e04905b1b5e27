import type { Database } from '../../../platform/database/database.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { readSkuFacts } from '../copies/copies.store.ts';
import { unbuyable } from '../order.errors.ts';
import { awaitCopies } from '../placing/await-copies.ts';
import { NotCopied } from '../placing/price-request.ts';

/** Where the SKU stands in the requests that put it into a cart. */
const PATH = '/params/skuId';

/** Throws `validation_failed` for a SKU that does not exist, or is not on sale. */
export async function refuseUnlessOnSale(database: Database, skuId: Id): Promise<void> {
  await awaitCopies(async () => {
    const sku = (await readSkuFacts(database, [skuId])).get(skuId);
    if (!sku) throw new NotCopied(unbuyable([{ skuId, path: PATH }], 'does not exist'));
    if (!sku.onSale) throw unbuyable([{ skuId, path: PATH }], 'is not on sale');
  });
}
