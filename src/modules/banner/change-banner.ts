import { recordAudit } from '../../platform/audit/record-audit.ts';
import { notFound } from '../../platform/errors/problem.ts';
import { invalidInput } from '../../platform/errors/validation-error.ts';
import type { InTransaction } from '../../platform/events/transactions.ts';
import type { Id } from '../../platform/ids/id.ts';
import { faultsIn } from './banner.rules.ts';
import { lockBanner, updateBanner, type BannerContent } from './banner.store.ts';

export type ChangeBanner = (adminId: Id, id: Id, changes: Partial<BannerContent>) => Promise<void>;

/**
 * Changes what is given and leaves the rest. The whole banner is judged as it will be, under a lock:
 * two admins who move one end of the window each cannot turn it round together.
 * Throws `not_found`, `validation_failed`.
 */
export function createChangeBanner(parts: { inTransaction: InTransaction }): ChangeBanner {
  return async function changeBanner(adminId, id, changes) {
    await parts.inTransaction(async (tx) => {
      const banner = await lockBanner(tx, id);
      if (!banner) throw notFound('There is no such banner');
      const faults = faultsIn({ ...banner, ...changes });
      if (faults.length > 0) throw invalidInput(faults);

      await updateBanner(tx, id, changes);
      await recordAudit(tx, {
        adminId,
        action: 'banner.change',
        subjectId: id,
        detail: { changed: Object.keys(changes) },
      });
    });
  };
}
