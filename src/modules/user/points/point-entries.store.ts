import { and, desc, eq, lt } from 'drizzle-orm';
import { insertInto } from '../../../platform/database/insert-into.ts';
import type { Database } from '../../../platform/database/database.ts';
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

export const insertPointEntries = insertInto(pointEntries, { leftToDefault: ['createdAt'] });

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
