import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import { newId, type Id } from '../../../platform/ids/id.ts';
import { addIssued, findClaims, lockCounter, raiseEpoch } from '../claiming/campaign.store.ts';
import type { StoreClaims } from '../claiming/store-claims.ts';
import { shareOut } from './issue.rules.ts';
import {
  deleteIssueMembers,
  lockIssue,
  readIssueMembers,
  readRunningIssues,
  updateIssue,
} from './issues.store.ts';

const ISSUES_AT_ONCE = 20;
/**
 * Claims of the coupon wait as long as a part takes; and one that meets it on the way has the gate fill
 * Redis anew, so there should not be too many parts either.
 */
const MEMBERS_AT_ONCE = 2000;

/** How a part went; `busy` when the issue is done already, or another instance has it in hand. */
type Part = { couponId: Id; isLast: boolean } | 'busy';

/**
 * Gives the members of running issues their coupons, part by part. A part's members leave the list in
 * the transaction in which they get their coupons, so whoever goes on after a crash gives nobody two
 * and forgets nobody. Units and ranks come from the coupon's counter, as a claim's do. Every instance
 * may run it at once.
 * @param parts.refresh has the gate look at a coupon anew
 * @param parts.membersAtOnce members in a part
 */
export function createWorkOffIssues(parts: {
  database: Database;
  inTransaction: InTransaction;
  clock: Clock;
  storeClaims: StoreClaims;
  refresh: (couponId: Id) => Promise<void>;
  membersAtOnce?: number;
}): () => Promise<void> {
  const { database, inTransaction, clock, storeClaims, refresh } = parts;
  const { membersAtOnce = MEMBERS_AT_ONCE } = parts;

  return async function workOffIssues() {
    for (const issueId of await readRunningIssues(database, ISSUES_AT_ONCE)) {
      await workOff(issueId);
    }
  };

  async function workOff(issueId: Id): Promise<void> {
    for (;;) {
      const claimIds = Array.from({ length: membersAtOnce }, newId);
      const part = await inTransaction((tx) => workOffPart(tx, issueId, claimIds));
      if (part === 'busy') return;
      if (part.isLast) return refresh(part.couponId);
    }
  }

  async function workOffPart(tx: Transaction, issueId: Id, claimIds: readonly Id[]): Promise<Part> {
    const issue = await lockIssue(tx, issueId);
    if (!issue) return 'busy';
    const { couponId } = issue;
    const members = await readIssueMembers(tx, issueId, membersAtOnce);
    const isLast = members.length < membersAtOnce;
    const { fresh, already, refused } = await give(
      tx,
      couponId,
      members.map(({ memberId }) => memberId),
      claimIds,
    );
    await deleteIssueMembers(tx, issueId, members.at(-1)?.position ?? 0);
    const issuedCount = issue.issuedCount + fresh.length;
    // Redis does not know of these members: entries of the present epoch are not stored any more, and
    // the next one is filled with them.
    if (isLast && issuedCount > 0) await raiseEpoch(tx, couponId, 0);
    await updateIssue(tx, issueId, {
      issuedCount,
      alreadyCount: issue.alreadyCount + already,
      refusedCount: issue.refusedCount + refused,
      ...(isLast ? { state: 'done' as const, finishedAt: clock.now() } : {}),
    });
    return { couponId, isLast };
  }

  async function give(
    tx: Transaction,
    couponId: Id,
    memberIds: readonly Id[],
    claimIds: readonly Id[],
  ) {
    const counter = await lockCounter(tx, couponId);
    if (!counter) throw new Error(`coupon ${couponId} has no counters`);
    const owners = await findClaims(tx, couponId, memberIds);
    const { quota, issued } = counter;
    const shares = shareOut(
      memberIds,
      new Set(owners.map((owner) => owner.memberId)),
      quota - issued,
    );
    const claims = shares.fresh.map((memberId, index) => ({
      claimId: idAt(claimIds, index),
      memberId,
      rank: issued + index + 1,
    }));
    if (claims.length > 0) {
      await storeClaims(tx, couponId, claims);
      await addIssued(tx, couponId, claims.length);
    }
    return shares;
  }
}

function idAt(ids: readonly Id[], index: number): Id {
  const id = ids[index];
  if (id === undefined) throw new Error('there are more members than ids');
  return id;
}
