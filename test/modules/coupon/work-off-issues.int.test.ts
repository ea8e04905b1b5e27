import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFindCouponFacts } from '../../../src/modules/coupon/claiming/coupon-facts.ts';
import { createStoreClaims } from '../../../src/modules/coupon/claiming/store-claims.ts';
import { createIssueToMembers } from '../../../src/modules/coupon/issuing/issue-to-members.ts';
import { insertKnownMembers } from '../../../src/modules/coupon/issuing/known-members.store.ts';
import { createShowIssue } from '../../../src/modules/coupon/issuing/show-issue.ts';
import { createWorkOffIssues } from '../../../src/modules/coupon/issuing/work-off-issues.ts';
import { createCreateCoupon } from '../../../src/modules/coupon/offering/create-coupon.ts';
import type { InTransaction } from '../../../src/platform/events/transactions.ts';
import { idToBytes, newId, type Id } from '../../../src/platform/ids/id.ts';
import { createBackboneRig } from '../../support/start-backbone.ts';

const clock = { now: () => new Date(), nowMs: () => Date.now() };
const MEMBERS = 45;
const AT_ONCE = 10;

let rig: Awaited<ReturnType<typeof createBackboneRig>>;
let inTransaction: InTransaction;
let refreshed: Id[];
beforeAll(async () => {
  rig = await createBackboneRig();
  ({ inTransaction } = await rig.start([]));
});
afterAll(() => rig.close());
beforeEach(() => {
  refreshed = [];
});

/** A worker of one instance. */
const workerIn = (transactions: InTransaction) =>
  createWorkOffIssues({
    database: rig.database,
    inTransaction: transactions,
    clock,
    storeClaims: createStoreClaims({ clock }),
    refresh: async (couponId) => void refreshed.push(couponId),
    membersAtOnce: AT_ONCE,
  });

/** Transactions of an instance that dies in its n-th one: before its commit, or right after. */
function dyingIn(nth: number, when: 'before' | 'after'): InTransaction {
  let count = 0;
  return async (body) => {
    count += 1;
    if (count < nth) return inTransaction(body);
    await inTransaction(async (tx) => {
      await body(tx);
      if (when === 'before') throw new Error('killed');
    });
    throw new Error('killed');
  };
}

async function createIssue(quantity: number) {
  const { database } = rig;
  const couponId = await createCreateCoupon({ inTransaction, clock })(null, {
    name: '감사 쿠폰',
    kind: 'fixed_amount',
    amount: 1_000,
    minOrderAmount: 0,
    quantity,
    opensAt: new Date(),
    closesAt: new Date(Date.now() + 3_600_000),
    validDays: 1,
  });
  const memberIds = Array.from({ length: MEMBERS }, () => newId());
  await inTransaction((tx) => insertKnownMembers(tx, memberIds));
  const findFacts = createFindCouponFacts({ database });
  const issueToMembers = createIssueToMembers({ database, inTransaction, clock, findFacts });
  const issueId = await issueToMembers(newId(), couponId, memberIds);
  return { couponId, issueId, memberIds };
}

async function outcomeOf({ couponId, issueId }: { couponId: Id; issueId: Id }) {
  const { database } = rig;
  const { state, issuedCount, alreadyCount, refusedCount } = await createShowIssue({ database })(
    couponId,
    issueId,
  );
  const [stored] = await database.select(
    `SELECT COUNT(*) AS claims, COUNT(DISTINCT m.member_id) AS members, MAX(m.claim_rank) AS lastRank,
            MAX(c.issued) AS issued, MAX(c.epoch) AS epoch
     FROM coupon_counters AS c JOIN coupon_member_coupons AS m ON m.coupon_id = c.coupon_id
     WHERE c.coupon_id = ?`,
    [idToBytes(couponId)],
  );
  const [left] = await database.select<{ n: number }>(
    'SELECT COUNT(*) AS n FROM coupon_issue_members WHERE issue_id = ?',
    [idToBytes(issueId)],
  );
  return { state, issuedCount, alreadyCount, refusedCount, stored, left: left?.n };
}

const everyone = (howMany: number, epoch: number) => ({
  state: 'done',
  issuedCount: howMany,
  alreadyCount: 0,
  refusedCount: MEMBERS - howMany,
  stored: { claims: howMany, members: howMany, lastRank: howMany, issued: howMany, epoch },
  left: 0,
});

describe('the work on an issue', () => {
  it.each([
    ['in its first part', 1, 'before', 0],
    ['after its first part', 1, 'after', AT_ONCE],
    ['in its third part', 3, 'before', 2 * AT_ONCE],
    ['after its third part', 3, 'after', 3 * AT_ONCE],
    ['in its last part', 5, 'before', 4 * AT_ONCE],
    ['after its last part', 5, 'after', MEMBERS],
  ] as const)('that was killed %s is taken up again', async (_what, nth, when, done) => {
    const issue = await createIssue(MEMBERS);
    await expect(workerIn(dyingIn(nth, when))()).rejects.toThrow('killed');
    expect((await outcomeOf(issue)).issuedCount).toBe(done);
    await workerIn(inTransaction)();
    expect(await outcomeOf(issue)).toEqual(everyone(MEMBERS, 1));
    await workerIn(inTransaction)();
    expect(await outcomeOf(issue)).toEqual(everyone(MEMBERS, 1));
  });

  it('is shared by instances that work at once, in the order of the list', async () => {
    const issue = await createIssue(MEMBERS - 7);
    await Promise.all(Array.from({ length: 4 }, () => workerIn(inTransaction)()));
    await workerIn(inTransaction)();
    expect(await outcomeOf(issue)).toEqual(everyone(MEMBERS - 7, 1));
    const rows = await rig.database.select<{ memberId: Buffer }>(
      'SELECT member_id AS memberId FROM coupon_member_coupons WHERE coupon_id = ? ORDER BY claim_rank',
      [idToBytes(issue.couponId)],
    );
    const expected = issue.memberIds.slice(0, MEMBERS - 7).map((id) => idToBytes(id));
    expect(rows.map((row) => row.memberId)).toEqual(expected);
    expect(new Set(refreshed)).toEqual(new Set([issue.couponId]));
  });
});
