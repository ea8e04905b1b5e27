import { asc, lte } from 'drizzle-orm';
import { bulkParameter, bulkRows, hex, idsInLockOrder } from '../../../platform/database/bulk.ts';
import { hotStatement } from '../../../platform/database/hot-statements.ts';
import { insertInto } from '../../../platform/database/insert-into.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { compareIds, idFromBytes, idToBytes, type Id } from '../../../platform/ids/id.ts';
import type { Krw } from '../../../platform/money/krw.ts';
import { pointLots } from '../user.tables.ts';
import type { PointLot } from './points.rules.ts';

export type MemberLot = PointLot & { readonly id: Id; readonly memberId: Id };

const insertLots = insertInto(pointLots, { leftToDefault: ['createdAt'] });

/** Stores a new lot. The transaction has locked the member's wallet. */
export async function insertLot(
  tx: Transaction,
  lot: { id: Id; memberId: Id; amount: Krw; expiresAt: Date },
): Promise<void> {
  const { amount, ...row } = lot;
  await insertLots(tx, [{ ...row, grantedAmount: amount, remainingAmount: amount }]);
}

const LOT =
  'l.id, l.member_id AS memberId, l.remaining_amount AS remainingAmount, l.expires_at AS expiresAt';

const READ_LOTS = hotStatement(`
  SELECT ${LOT}
  FROM ${bulkRows('wanted', { member_id: 'id' })}
  STRAIGHT_JOIN user_point_lots AS l
    ON l.member_id = UNHEX(wanted.member_id) AND l.remaining_amount > 0
  UNION
  SELECT ${LOT}
  FROM ${bulkRows('wanted', { id: 'id' })}
  STRAIGHT_JOIN user_point_lots AS l FORCE INDEX (PRIMARY) ON l.id = UNHEX(wanted.id)`);

/**
 * The lots of members that have something left, and the named ones whatever they have. The
 * transaction has locked the wallets of all their members: that is the lock of the lots, too.
 */
export async function readLots(
  tx: Transaction,
  { memberIds, lotIds }: { memberIds: readonly Id[]; lotIds: readonly Id[] },
): Promise<Map<Id, MemberLot>> {
  const rows = await tx.select<{
    id: Buffer;
    memberId: Buffer;
    remainingAmount: Krw;
    expiresAt: Date;
  }>(READ_LOTS, [idsInLockOrder(memberIds), idsInLockOrder(lotIds)]);
  return new Map(
    rows.map(({ remainingAmount, expiresAt, ...row }) => {
      const id = idFromBytes(row.id);
      const memberId = idFromBytes(row.memberId);
      return [id, { id, memberId, remainingAmount, expiresAtMs: expiresAt.getTime() }];
    }),
  );
}

const UPDATE_LOTS = hotStatement(`
  UPDATE ${bulkRows('changed', { id: 'id', remaining_amount: 'bigint' })}
  STRAIGHT_JOIN user_point_lots AS l FORCE INDEX (PRIMARY) ON l.id = UNHEX(changed.id)
  SET l.remaining_amount = changed.remaining_amount`);

/** Writes what is left of lots, in the order of their ids. */
export async function updateLots(
  tx: Transaction,
  changed: readonly Pick<MemberLot, 'id' | 'remainingAmount'>[],
): Promise<void> {
  const sorted = changed.toSorted((a, b) => compareIds(a.id, b.id));
  await tx.write(UPDATE_LOTS, [
    bulkParameter(sorted.map((lot) => [hex(lot.id), lot.remainingAmount])),
  ]);
}

/**
 * What a member can spend at `now`, and the part of it that expires until `soon`. Undefined when
 * there is no such member.
 */
export async function sumPoints(
  reader: Pick<Database | Transaction, 'select'>,
  { memberId, now, soon }: { memberId: Id; now: Date; soon: Date },
): Promise<{ balanceAmount: Krw; expiringSoonAmount: Krw } | undefined> {
  const [row] = await reader.select<{ balanceAmount: Krw; expiringSoonAmount: Krw }>(
    `SELECT COALESCE(SUM(l.remaining_amount), 0) AS balanceAmount,
            COALESCE(SUM(CASE WHEN l.expires_at <= ? THEN l.remaining_amount END), 0)
              AS expiringSoonAmount
     FROM user_wallets AS w
     LEFT JOIN user_point_lots AS l
       ON l.member_id = w.member_id AND l.remaining_amount > 0 AND l.expires_at > ?
     WHERE w.member_id = ?
     GROUP BY w.member_id`,
    [soon, now, idToBytes(memberId)],
  );
  return row;
}

/** Lots that expired until then and have something left, the first ones first. */
export async function findExpiredLots(
  database: Database,
  until: Date,
  limit: number,
): Promise<{ id: Id; memberId: Id }[]> {
  return database.orm
    .select({ id: pointLots.id, memberId: pointLots.memberId })
    .from(pointLots)
    .where(lte(pointLots.openUntil, until))
    .orderBy(asc(pointLots.openUntil))
    .limit(limit);
}
