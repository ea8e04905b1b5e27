import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import { notFound } from '../../platform/errors/problem.ts';
import type { InTransaction } from '../../platform/events/transactions.ts';
import type { Id } from '../../platform/ids/id.ts';
import { lockBanner, removeBanner } from './banner.store.ts';

export type DeleteBanner = (adminId: Id, id: Id) => Promise<void>;

/** Deletes a banner for good; the audit log keeps what it was. Throws `not_found`. */
export function createDeleteBanner(parts: { inTransaction: InTransaction }): DeleteBanner {
  return async function deleteBanner(adminId, id) {
    const remove = async (tx: Transaction) => {
      const banner = await lockBanner(tx, id);
      if (!banner) throw notFound('There is no such banner');
      await removeBanner(tx, id);
      const { placement, title } = banner;
      await recordAudit(tx, {
        adminId,
        action: 'banner.delete',
        subjectId: id,
        detail: { placement, title },
      });
    };
    // Once more it would be not_found.
    await parts.inTransaction(remove, { leavesWitness: true });
  };
}
