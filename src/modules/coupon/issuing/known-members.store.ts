import { bulkRows, idsInLockOrder } from '../../../platform/database/bulk.ts';
import { hotStatement } from '../../../platform/database/hot-statements.ts';
import { insertInto } from '../../../platform/database/insert-into.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { idFromBytes, type Id } from '../../../platform/ids/id.ts';
import { knownMembers } from '../coupon.tables.ts';

const insertRows = insertInto(knownMembers, { onDuplicate: 'member_id = member_id' });

/** Adds members to the copy; those that are in it stay. */
export async function insertKnownMembers(tx: Transaction, memberIds: readonly Id[]): Promise<void> {
  await insertRows(
    tx,
    memberIds.toSorted().map((memberId) => ({ memberId })),
  );
}

const READ_KNOWN_MEMBERS = hotStatement(`
  SELECT k.member_id AS memberId
  FROM ${bulkRows('wanted', { member_id: 'id' })}
  STRAIGHT_JOIN coupon_known_members AS k FORCE INDEX (PRIMARY)
    ON k.member_id = UNHEX(wanted.member_id)`);

/** Which of these the shop has as members. */
export async function readKnownMembers(
  database: Database,
  memberIds: readonly Id[],
): Promise<Set<Id>> {
  const rows = await database.select<{ memberId: Buffer }>(READ_KNOWN_MEMBERS, [
    idsInLockOrder(memberIds),
  ]);
  return new Set(rows.map((row) => idFromBytes(row.memberId)));
}
