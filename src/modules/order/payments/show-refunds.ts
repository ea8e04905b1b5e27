import { isoMoment } from '../../../platform/clock/iso-moment.ts';
import type { Database } from '../../../platform/database/database.ts';
import { notFound } from '../../../platform/errors/problem.ts';
import { page, type PageRequest } from '../../../platform/http/page.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { RefundState } from './refunds.rules.ts';
import { findListedRefund, listRefunds, type ListedRefund } from './refunds.store.ts';

export type ShowRefunds = ReturnType<typeof createShowRefunds>;

/** Reads refunds through providers, as staff see them. */
export function createShowRefunds({ database }: { database: Database }) {
  return {
    /** Throws `not_found`. */
    one: async (refundId: Id) => {
      const found = await findListedRefund(database, refundId);
      if (!found) throw notFound('There is no such refund');
      return viewOf(found);
    },

    /** Refunds, newest first: all, or those in a state, or those that are a task or none. */
    list: (
      request: PageRequest,
      filter: { state: RefundState | undefined; awaitsStaff: boolean | undefined },
    ) =>
      page(request, async (limit, beforeId) => {
        const found = await listRefunds(database, { ...filter, limit, beforeId });
        return found.map(viewOf);
      }),
  };
}

function viewOf({ refund, provider }: ListedRefund) {
  const { id, orderId, amount, state, means, reason, refusalCode, note, asks } = refund;
  return {
    id,
    orderId,
    provider,
    amount,
    state,
    means,
    reason,
    refusalCode,
    awaitsStaff: refund.awaitsStaff === 1,
    note,
    asks,
    nextAskAt: refund.nextAskAt && isoMoment(refund.nextAskAt),
    createdAt: isoMoment(refund.createdAt),
    doneAt: refund.doneAt && isoMoment(refund.doneAt),
  };
}
