import type { Database } from '../../../platform/database/database.ts';
import { notFound } from '../../../platform/errors/problem.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { findIssue } from './issues.store.ts';

export type ShowIssue = ReturnType<typeof createShowIssue>;

/** How far the issue of a coupon to a list of members is. Throws `not_found`. */
export function createShowIssue({ database }: { database: Database }) {
  return async function showIssue(couponId: Id, issueId: Id) {
    const issue = await findIssue(database, couponId, issueId);
    if (!issue) throw notFound('There is no such issue of this coupon');
    const { id, state, total, issuedCount, alreadyCount, refusedCount } = issue;
    return {
      id,
      couponId,
      state,
      total,
      issuedCount,
      alreadyCount,
      refusedCount,
      createdAt: issue.createdAt.toISOString(),
      finishedAt: issue.finishedAt?.toISOString() ?? null,
    };
  };
}
