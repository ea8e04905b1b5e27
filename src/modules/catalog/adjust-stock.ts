import { recordAudit } from '../../platform/audit/record-audit.ts';
import { notFound } from '../../platform/errors/problem.ts';
import type { InTransaction } from '../../platform/events/transactions.ts';
import { newId, type Id } from '../../platform/ids/id.ts';
import { stockTooLow } from './catalog.errors.ts';
import { adjustStock as moveUnits, lockStockRow, type StockRow } from './product.store.ts';

export type AdjustStock = (
  adminId: Id,
  adjustment: { skuId: Id; quantity: number; reason: string },
) => Promise<StockRow>;

/**
 * Takes units in (quantity above zero) or out (below), and keeps the reason. Throws `not_found`, and
 * `stock_too_low` when fewer units are open than would go out: those that orders hold stay theirs.
 */
export function createAdjustStock({
  inTransaction,
}: {
  inTransaction: InTransaction;
}): AdjustStock {
  return function adjustStock(adminId, { skuId, quantity, reason }) {
    const entryId = newId();
    return inTransaction(async (tx) => {
      const level = await lockStockRow(tx, skuId);
      if (!level) throw notFound('There is no such SKU');
      if (level.open + quantity < 0) throw stockTooLow();
      const kind = quantity > 0 ? 'received' : 'adjusted';
      await moveUnits(tx, { id: entryId, skuId, kind, quantity, reason });
      await recordAudit(tx, {
        adminId,
        action: 'catalog.adjust-stock',
        subjectId: skuId,
        detail: { quantity },
      });
      return { ...level, open: level.open + quantity };
    });
  };
}
