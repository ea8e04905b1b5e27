import { recordAudit } from '../../../platform/audit/record-audit.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { followingChange } from '../../../platform/database/following-change.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { notFound } from '../../../platform/errors/problem.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { flashSaleStateConflict } from './flash-sales.errors.ts';
import { switched, type Switch } from './flash-sales.rules.ts';
import { lockSales, setClosesAt, updateCounters, type LockedSale } from './flash-sales.store.ts';
import type { RefreshGate } from './refresh-gate.ts';

export type SwitchFlashSale = (adminId: Id, flashSaleId: Id, how: Switch) => Promise<void>;

/**
 * Pauses a sale, lets it go on, or ends it before its time. While it is paused nobody joins and the
 * line stands still; orders under way go on. Resolves when every instance is told. Once more is
 * harmless. Throws `not_found`, `flash_sale_state_conflict`.
 */
export function createSwitchFlashSale(parts: {
  inTransaction: InTransaction;
  clock: Clock;
  refreshGate: RefreshGate;
}): SwitchFlashSale {
  const { inTransaction, clock, refreshGate } = parts;

  return async function switchFlashSale(adminId, flashSaleId, how) {
    await inTransaction(async (tx) => {
      const sale = (await lockSales(tx, [flashSaleId])).get(flashSaleId);
      if (!sale) throw notFound('There is no such flash sale');
      const after = switched(sale, how, clock.now());
      if (!after) throw flashSaleStateConflict(undefined, { state: sale.state });
      if (after !== sale) await store(tx, adminId, how, sale, after);
    });
    await followingChange(() => refreshGate.now(flashSaleId));
  };
}

async function store(
  tx: Transaction,
  adminId: Id,
  how: Switch,
  before: LockedSale,
  after: LockedSale,
): Promise<void> {
  const { id, closesAt } = after;
  await updateCounters(tx, [after]);
  if (closesAt !== before.closesAt) await setClosesAt(tx, id, closesAt);
  await recordAudit(tx, {
    adminId,
    action: `flash-sale.${how}`,
    subjectId: id,
    detail: { from: before.state },
  });
}
