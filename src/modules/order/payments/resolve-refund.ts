import { recordAudit } from '../../../platform/audit/record-audit.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { notFound } from '../../../platform/errors/problem.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { OrderNews } from '../order-news.ts';
import { refundNotRefused } from './payments.errors.ts';
import type { RefundRow } from './payments.store.ts';
import { lockRefund, updateRefund } from './refunds.store.ts';

/** What staff do about a refund: each throws `not_found`, and notes the admin who did it. */
export type ResolveRefund = {
  /** Has the provider asked again for one that it refused. Throws `refund_not_refused`. */
  askAgain: (adminId: Id, refundId: Id) => Promise<void>;
  /** Notes that one that the provider refused was given back in another way. Throws `refund_not_refused`. */
  markGivenBack: (adminId: Id, refundId: Id, note: string) => Promise<void>;
  /** Notes that somebody has seen to it. */
  acknowledge: (adminId: Id, refundId: Id, note: string | undefined) => Promise<void>;
};

export function createResolveRefund(parts: {
  inTransaction: InTransaction;
  clock: Clock;
  news: OrderNews;
}): ResolveRefund {
  const { inTransaction, clock, news } = parts;

  return {
    askAgain: (adminId, refundId) =>
      change('refund.ask-again', adminId, refundId, (refund) => {
        refuseUnlessRefused(refund);
        const due = { state: 'due', asks: 0, nextAskAt: clock.now(), refusalCode: null } as const;
        return { ...due, awaitsStaff: 0 };
      }),

    markGivenBack: (adminId, refundId, note) =>
      change('refund.given-back', adminId, refundId, (refund) => {
        refuseUnlessRefused(refund);
        const done = { state: 'done', means: 'other', doneAt: clock.now() } as const;
        return { ...done, awaitsStaff: 0, note };
      }),

    acknowledge: (adminId, refundId, note) =>
      change('refund.acknowledge', adminId, refundId, () => ({
        awaitsStaff: 0,
        ...(note === undefined ? {} : { note }),
      })),
  };

  /** @param decide what becomes of the refund, which is locked */
  async function change(
    action: string,
    adminId: Id,
    refundId: Id,
    decide: (refund: RefundRow) => Partial<RefundRow>,
  ): Promise<void> {
    await inTransaction(async (tx: Transaction) => {
      const refund = await lockRefund(tx, refundId);
      if (!refund) throw notFound('There is no such refund');
      const changes = decide(refund);
      await updateRefund(tx, refundId, changes);
      const { orderId, amount, state, means } = refund;
      // The note stays with the refund: it may name a person, and the audit log must not.
      const detail = { orderId, amount, state, means };
      await recordAudit(tx, { adminId, action, subjectId: refundId, detail });
      tx.afterCommit(() => news.tellChange(orderId));
    });
  }
}

function refuseUnlessRefused({ state }: RefundRow): void {
  if (state !== 'refused') throw refundNotRefused(`The refund is ${state}`, { state });
}
