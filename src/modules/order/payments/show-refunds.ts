import { isoMoment } from '../../../platform/clock/iso-moment.ts';
import type { Database } from '../../../platform/database/database.ts';
import { notFound } from '../../../platform/errors/problem.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { findListedRefund, listRefunds, type ListedRefund } from './refunds.store.ts';

export type RefundView = ReturnType<typeof viewOf>;

/** Refunds as staff see them. */
export type ShowRefunds = {
  /** Throws `not_found`. */
  one: (refundId: Id) => Promise<RefundView>;
  /** Newest first. */
  list: (filter: Parameters<typeof listRefunds>[1]) => Promise<RefundView[]>;
};

export function createShowRefunds({ database }: { database: Database }): ShowRefunds {
  return {
    one: async (refundId) => {
      const found = await findListedRefund(database, refundId);
      if (!found) throw notFound('There is no such refund');
      return viewOf(found);
    },
    list: async (filter) => (await listRefunds(database, filter)).map(viewOf),
  };
}

function viewOf({ refund, provider }: ListedRefund) {
  const { id, orderId, amount, state, means, reason, refusalCode, note: noted, asks } = refund;
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
    note: noted,
    asks,
    nextAskAt: refund.nextAskAt && isoMoment(refund.nextAskAt),
    createdAt: isoMoment(refund.createdAt),
    doneAt: refund.doneAt && isoMoment(refund.doneAt),
  };
}
