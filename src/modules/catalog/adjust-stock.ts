import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import { notFound } from '../../platform/errors/problem.ts';
import type { InTransaction } from '../../platform/events/transactions.ts';
import { newId, type Id } from '../../platform/ids/id.ts';
import { stockTooHigh, stockTooLow } from './catalog.errors.ts';
import { availabilityVersionAfter, MAX_UNITS, unitsIn } from './catalog.rules.ts';
import { lockStockRow, writeAdjustment, type StockRow } from './product.store.ts';
import { tellAvailability } from './tell-availability.ts';

export type AdjustStock = (
  adminId: Id,
  adjustment: { skuId: Id; quantity: number; reason: string },
) => Promise<StockRow>;

/**
 * Takes units in (quantity above zero) or out (below), and keeps the reason. Throws `not_found`, and
 * `stock_too_low` when fewer units are open than would go out: those that orders hold stay theirs.
 * Throws `stock_too_high` when the SKU would have had more than a billion units, sold ones included.
 */
export function createAdjustStock({
  inTransaction,
}: {
  inTransaction: InTransaction;
}): AdjustStock {
  return function adjustStock(adminId, { skuId, quantity, reason }) {
    const entryId = newId();
    const adjust = async (tx: Transaction) => {
      const before = await lockStockRow(tx, skuId);
      if (!before) throw notFound('There is no such SKU');
      const open = before.open + quantity;
      if (open < 0) throw stockTooLow();
      if (quantity > 0 && unitsIn(before) + quantity > MAX_UNITS) {
        throw stockTooHigh(undefined, { maxUnits: MAX_UNITS });
      }
      const availabilityVersion = availabilityVersionAfter(before, open);
      const after = { ...before, open, availabilityVersion };
      const kind = quantity > 0 ? 'received' : 'adjusted';
      await writeAdjustment(tx, after, { id: entryId, skuId, kind, quantity, reason });
      await recordAudit(tx, {
        adminId,
        action: 'catalog.adjust-stock',
        subjectId: skuId,
        detail: { quantity },
      });
      if (availabilityVersion !== before.availabilityVersion) tellAvailability(tx, [after]);
      return after;
    };
    return inTransaction(adjust, { leavesWitness: true });
  };
}
