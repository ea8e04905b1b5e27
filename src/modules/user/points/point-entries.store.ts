import { and, desc, eq, lt } from 'drizzle-orm';
import { bulkParameter, bulkRows, hex, sqlMoment } from '../../../platform/database/bulk.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { Krw } from '../../../platform/money/krw.ts';
import { pointEntries } from '../user.tables.ts';
import type { PointEntryKind } from './points.rules.ts';

export type NewPointEntry = {
  id: Id;
  memberId: Id;
  kind: PointEntryKind;
  /** A difference: below zero for points that are spent or expire. */
  amount: Krw;
  orderId: Id | null;
  reason: string | null;
  expiresAt: Date | null;
};

export async function insertPointEntries(
  tx: Transaction,
  entries: readonly NewPointEntry[],
): Promise<void> {
  await tx.write(
    `INSERT INTO user_point_entries (id, member_id, kind, amount, order_id, reason, expires_at)
     SELECT UNHEX(e.id), UNHEX(e.member_id), e.kind, e.amount, UNHEX(e.order_id), e.reason,
            e.expires_at
     FROM ${bulkRows('e', {
       id: 'id',
       member_id: 'id',
       kind: 'varchar',
       amount: 'bigint',
       order_id: 'id',
       reason: 'varchar',
       expires_at: 'moment',
     })}`,
    [
      bulkParameter(
        entries.map((e) => [
          hex(e.id),
          hex(e.memberId),
          e.kind,
          e.amount,
          e.orderId === null ? null : hex(e.orderId),
          e.reason,
          e.expiresAt === null ? null : sqlMoment(e.expiresAt),
        ]),
      ),
    ],
  );
}

export type PointEntryRow = typeof pointEntries.$inferSelect;

export async function findPointEntry(
  database: Database,
  id: Id,
): Promise<PointEntryRow | undefined> {
  const [row] = await database.orm.select().from(pointEntries).where(eq(pointEntries.id, id));
  return row;
}

/** A member's entries, newest first; `beforeId` continues after that one. */
export async function readPointEntries(
  database: Database,
  page: { memberId: Id; limit: number; beforeId: Id | undefined },
): Promise<PointEntryRow[]> {
  return database.orm
    .select()
    .from(pointEntries)
    .where(
      and(
        eq(pointEntries.memberId, page.memberId),
        page.beforeId === undefined ? undefined : lt(pointEntries.id, page.beforeId),
      ),
    )
    .orderBy(desc(pointEntries.id))
    .limit(page.limit);
}
