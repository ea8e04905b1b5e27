import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Database } from '../../platform/database/database.ts';
import { notFound } from '../../platform/errors/problem.ts';
import { invalidInput } from '../../platform/errors/validation-error.ts';
import { recordEvents } from '../../platform/events/record-events.ts';
import type { InTransaction } from '../../platform/events/transactions.ts';
import type { Id } from '../../platform/ids/id.ts';
import { discounted } from '../../platform/money/krw.ts';
import { versionConflict } from './catalog.errors.ts';
import type { ProductState } from './catalog.rules.ts';
import { impossiblePrices, unknownReferences } from './create-product.ts';
import { changedEvent } from './product-drafts.ts';
import { findProduct, lockProduct, replaceStyles, updateProduct } from './product.store.ts';

export type ProductChanges = {
  name?: string;
  description?: string;
  typeId?: Id;
  styleIds?: readonly Id[];
  listPrice?: number;
  discountPercent?: number;
  state?: ProductState;
  /** When given, the change is made only to this version. */
  version?: number;
};

export type ChangeProduct = (adminId: Id, productId: Id, changes: ProductChanges) => Promise<void>;

/**
 * Changes a product and tells the others. Orders that are placed already keep their prices. Throws
 * `not_found`, `version_conflict`, `validation_failed`.
 */
export function createChangeProduct(parts: {
  database: Database;
  inTransaction: InTransaction;
}): ChangeProduct {
  return async function changeProduct(adminId, productId, changes) {
    const { styleIds, version, ...columns } = changes;
    const unknown = await unknownReferences(parts.database, changes);
    if (unknown.length > 0) throw invalidInput(unknown);

    await parts.inTransaction(async (tx) => {
      const before = await lockProduct(tx, productId);
      if (!before) throw notFound('There is no such product');
      if (version !== undefined && version !== before.version) throw versionConflict();
      const listPrice = changes.listPrice ?? before.listPrice;
      const discountPercent = changes.discountPercent ?? before.discountPercent;

      const salePrice = discounted(listPrice, discountPercent);
      await updateProduct(tx, productId, { ...columns, salePrice });
      if (styleIds !== undefined) await replaceStyles(tx, productId, styleIds);
      const after = await findProduct(tx, productId);
      if (!after) throw notFound('There is no such product');
      const impossible = impossiblePrices(listPrice, discountPercent, after.skus);
      if (impossible.length > 0) throw invalidInput(impossible);

      await recordAudit(tx, {
        adminId,
        action: 'catalog.change-product',
        subjectId: productId,
        detail: { fields: Object.keys(changes) },
      });
      recordEvents(tx, changedEvent(after));
    });
  };
}
