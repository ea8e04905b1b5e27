import { recordAudit } from '../../../platform/audit/record-audit.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { invalidInput } from '../../../platform/errors/validation-error.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import { newId, type Id } from '../../../platform/ids/id.ts';
import type { Krw } from '../../../platform/money/krw.ts';
import { readSkuFacts } from '../copies/copies.store.ts';
import { unbuyable } from '../order.errors.ts';
import { awaitCopies } from '../placing/await-copies.ts';
import { NotCopied } from '../placing/price-request.ts';
import { faultsIn, isTimeToOpen } from './flash-sales.rules.ts';
import { insertFlashSale } from './flash-sales.store.ts';
import { beginOpening } from './take-due-step.ts';

export type NewFlashSale = {
  skuId: Id;
  price: Krw;
  quantity: number;
  /** Three times the quantity when not given. */
  lineLimit?: number | undefined;
  opensAt: Date;
  closesAt: Date;
  paymentWindowSeconds: number;
};

export type CreateFlashSale = (adminId: Id, sale: NewFlashSale) => Promise<Id>;

const LINE_PER_UNIT = 3;

/**
 * Plans a flash sale. Its units are set aside shortly before it opens, or now when it is that late.
 * Throws `validation_failed` for a window that is reversed or over, and for a SKU that does not
 * exist.
 */
export function createCreateFlashSale(parts: {
  database: Database;
  inTransaction: InTransaction;
  clock: Clock;
}): CreateFlashSale {
  const { database, inTransaction, clock } = parts;

  return async function createFlashSale(adminId, wanted) {
    const now = clock.now();
    const faults = faultsIn(wanted, now);
    if (faults.length > 0) throw invalidInput(faults);
    await awaitCopies(() => findSku(wanted.skuId));

    const { quantity, lineLimit = quantity * LINE_PER_UNIT, ...terms } = wanted;
    const sale = { id: newId(), lineLimit, ...terms };
    const store = async (tx: Transaction) => {
      const planned = { ...sale, quantity, state: 'planned' as const };
      const { state } = isTimeToOpen(sale, now) ? beginOpening(tx, planned) : planned;
      await insertFlashSale(tx, sale, { state, quantity });
      await recordAudit(tx, {
        adminId,
        action: 'flash-sale.create',
        subjectId: sale.id,
        detail: { skuId: sale.skuId, price: sale.price, quantity, lineLimit },
      });
    };
    await inTransaction(store, { leavesWitness: true, makes: sale.id });
    return sale.id;
  };

  async function findSku(skuId: Id): Promise<void> {
    if (!(await readSkuFacts(database, [skuId])).has(skuId)) {
      throw new NotCopied(unbuyable([{ skuId, path: '/skuId' }], 'does not exist'));
    }
  }
}
