import { setTimeout as pause } from 'node:timers/promises';
import { recordAudit } from '../../../platform/audit/record-audit.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { invalidInput } from '../../../platform/errors/validation-error.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import { newId, type Id } from '../../../platform/ids/id.ts';
import type { FindCouponFacts } from '../claiming/coupon-facts.ts';
import { couponClosed, noSuchCoupon } from '../coupon.errors.ts';
import { faultsInList, type IssueFault } from './issue.rules.ts';
import { insertIssue } from './issues.store.ts';
import { readKnownMembers } from './known-members.store.ts';

/** The copy of members is milliseconds behind: one who registered a moment ago is waited for. */
const COPY_WAITS_MS = [20, 80, 400];
const MOST_FAULTS = 100;

export type IssueToMembers = (adminId: Id, couponId: Id, memberIds: readonly Id[]) => Promise<Id>;

/**
 * Takes in a list of members who are to have a coupon; it is worked off in the background. Gives the
 * issue's id. Throws `not_found`, `coupon_closed` for one that has expired, and `validation_failed` with
 * who is no member or named twice.
 */
export function createIssueToMembers(parts: {
  database: Database;
  inTransaction: InTransaction;
  clock: Clock;
  findFacts: FindCouponFacts;
}): IssueToMembers {
  const { database, inTransaction, clock, findFacts } = parts;

  return async function issueToMembers(adminId, couponId, memberIds) {
    const facts = await findFacts.byId(couponId);
    if (!facts) throw noSuchCoupon();
    if (facts.validUntil !== null && facts.validUntil <= clock.now()) {
      throw couponClosed('Nobody could use it any more');
    }
    const faults = await faultsOf(memberIds);
    if (faults.length > 0) throw invalidInput(faults.slice(0, MOST_FAULTS));

    const id = newId();
    const store = async (tx: Transaction) => {
      await insertIssue(tx, { id, couponId, adminId, memberIds });
      await recordAudit(tx, {
        adminId,
        action: 'coupon.issue',
        subjectId: couponId,
        detail: { issueId: id, members: memberIds.length },
      });
    };
    await inTransaction(store, { leavesWitness: true, makes: id });
    return id;
  };

  async function faultsOf(memberIds: readonly Id[]): Promise<IssueFault[]> {
    const look = async () => faultsInList(memberIds, await readKnownMembers(database, memberIds));
    let faults = await look();
    for (const waitMs of COPY_WAITS_MS) {
      if (faults.length === 0) break;
      await pause(waitMs);
      faults = await look();
    }
    return faults;
  }
}
