import { and, asc, eq, lte } from 'drizzle-orm';
import { bulkParameter, bulkRows, hex } from '../../../platform/database/bulk.ts';
import { hotStatement } from '../../../platform/database/hot-statements.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { idToBytes, type Id } from '../../../platform/ids/id.ts';
import { issueMembers, issues } from '../coupon.tables.ts';

export type IssueRow = typeof issues.$inferSelect;

const INSERT_ISSUE = hotStatement(`
  INSERT INTO coupon_issue_members (issue_id, position, member_id)
  SELECT ?, m.position, UNHEX(m.member_id)
  FROM ${bulkRows('m', { position: 'bigint', member_id: 'id' })}`);

export async function insertIssue(
  tx: Transaction,
  issue: { id: Id; couponId: Id; adminId: Id; memberIds: readonly Id[] },
): Promise<void> {
  const { memberIds, ...row } = issue;
  await tx.orm.insert(issues).values({ ...row, state: 'running', total: memberIds.length });
  await tx.write(INSERT_ISSUE, [
    idToBytes(issue.id),
    bulkParameter(memberIds.map((id, index) => [index + 1, hex(id)])),
  ]);
}

export async function findIssue(
  database: Database,
  couponId: Id,
  id: Id,
): Promise<IssueRow | undefined> {
  const [row] = await database.orm
    .select()
    .from(issues)
    .where(and(eq(issues.id, id), eq(issues.couponId, couponId)));
  return row;
}

/** Issues that are not done, the first ones first. */
export async function readRunningIssues(database: Database, limit: number): Promise<Id[]> {
  const rows = await database.orm
    .select({ id: issues.id })
    .from(issues)
    .where(eq(issues.state, 'running'))
    .orderBy(asc(issues.id))
    .limit(limit);
  return rows.map((row) => row.id);
}

/** Locks an issue that is not done; undefined when it is, or while another instance works on it. */
export async function lockIssue(tx: Transaction, id: Id): Promise<IssueRow | undefined> {
  const [row] = await tx.orm
    .select()
    .from(issues)
    .where(and(eq(issues.id, id), eq(issues.state, 'running')))
    .for('update', { skipLocked: true });
  return row;
}

/** The next members of a locked issue, in its order. */
export async function readIssueMembers(
  tx: Transaction,
  issueId: Id,
  limit: number,
): Promise<{ position: number; memberId: Id }[]> {
  return tx.orm
    .select({ position: issueMembers.position, memberId: issueMembers.memberId })
    .from(issueMembers)
    .where(eq(issueMembers.issueId, issueId))
    .orderBy(asc(issueMembers.position))
    .limit(limit);
}

/** Takes the members up to a position off a locked issue: they are done. */
export async function deleteIssueMembers(
  tx: Transaction,
  issueId: Id,
  upTo: number,
): Promise<void> {
  await tx.orm
    .delete(issueMembers)
    .where(and(eq(issueMembers.issueId, issueId), lte(issueMembers.position, upTo)));
}

export async function updateIssue(
  tx: Transaction,
  id: Id,
  changed: Partial<Omit<IssueRow, 'id' | 'couponId'>>,
): Promise<void> {
  await tx.orm.update(issues).set(changed).where(eq(issues.id, id));
}
