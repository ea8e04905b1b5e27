import type { Database } from '../../../../src/platform/database/database.ts';
import type { Answered } from '../../subject.ts';
import type { AnswerCounts } from '../answer-counts.ts';
import { count, EVENT_FAULTS, faultsIn, type Fault } from '../ledger.ts';

const FAULTS: readonly Fault[] = [
  [
    'coupons have counters that are not what members have',
    `SELECT COUNT(*) AS times FROM coupon_counters AS n
     LEFT JOIN (
       SELECT coupon_id, COUNT(*) AS claims, COUNT(DISTINCT member_id) AS members,
              COUNT(DISTINCT claim_rank) AS ranks, MAX(claim_rank) AS last_rank
       FROM coupon_member_coupons GROUP BY coupon_id) AS m ON m.coupon_id = n.coupon_id
     WHERE n.issued > n.quantity OR n.issued <> COALESCE(m.claims, 0)
       OR n.issued <> COALESCE(m.members, 0) OR n.issued <> COALESCE(m.ranks, 0)
       OR n.issued <> COALESCE(m.last_rank, 0)`,
  ],
  [
    'claims are unknown to those who price orders, or known twice',
    `SELECT ABS((SELECT COUNT(*) FROM coupon_member_coupons)
       - (SELECT COUNT(*) FROM order_member_coupon_copies)) AS times`,
  ],
  ...EVENT_FAULTS,
];

/** What does not add up of the coupons of a shop at rest, a line each. */
export async function claimFaults(database: Database): Promise<string[]> {
  return faultsIn(database, FAULTS);
}

/**
 * Whether there is a coupon for each claim that was said to be stored, and no other. Whoever left
 * before the answer may have one, too.
 */
export async function claimAnswerFaults(
  database: Database,
  answers: AnswerCounts,
  { accepted }: Pick<Answered, 'accepted'>,
): Promise<string[]> {
  const faults: string[] = [];
  const rows = await count(database, 'SELECT COUNT(*) AS times FROM coupon_member_coupons');
  const issued = answers.of(201);
  const left = answers.unanswered();
  if (rows < issued || rows > issued + left) {
    faults.push(
      `${rows} claims are stored, ${issued} were answered with 201, ${left} with nothing`,
    );
  }
  if (accepted > issued) faults.push(`${accepted} clients were told of success, ${issued} by 201`);
  const pending = answers.of(202);
  if (pending > 0) faults.push(`${pending} claims were answered before they were stored`);
  return faults;
}
