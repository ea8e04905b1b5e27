import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import { invalidInput } from '../../platform/errors/validation-error.ts';
import type { InTransaction } from '../../platform/events/transactions.ts';
import { newId, type Id } from '../../platform/ids/id.ts';
import { faultsIn } from './banner.rules.ts';
import { insertBanner, type BannerContent } from './banner.store.ts';

/** Where a banner is shown when nobody says where. */
export const MAIN_PLACEMENT = 'main';

export type NewBanner = Pick<BannerContent, 'title' | 'startsAt'> &
  Partial<Omit<BannerContent, 'title' | 'startsAt'>>;

/** @param adminId who creates it, for the audit log; null when the shop itself does, as its seed */
export type CreateBanner = (adminId: Id | null, banner: NewBanner) => Promise<Id>;

/**
 * Creates a banner; without further words it is shown on `main`, before all others, for good.
 * Throws `validation_failed` for a reversed window, or for an address that browsers must not follow.
 */
export function createCreateBanner(parts: { inTransaction: InTransaction }): CreateBanner {
  return async function createBanner(adminId, given) {
    const banner: BannerContent = {
      placement: MAIN_PLACEMENT,
      imageUrl: null,
      linkUrl: null,
      endsAt: null,
      position: 0,
      ...given,
    };
    const faults = faultsIn(banner);
    if (faults.length > 0) throw invalidInput(faults);

    const id = newId();
    const store = async (tx: Transaction) => {
      await insertBanner(tx, { id, ...banner });
      if (adminId === null) return;
      const { placement, title } = banner;
      await recordAudit(tx, {
        adminId,
        action: 'banner.create',
        subjectId: id,
        detail: { placement, title },
      });
    };
    await parts.inTransaction(store, { leavesWitness: true, makes: id });
    return id;
  };
}
