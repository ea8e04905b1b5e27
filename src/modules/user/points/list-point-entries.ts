import type { Database } from '../../../platform/database/database.ts';
import { page, type PageRequest } from '../../../platform/http/page.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { readPointEntries, type PointEntryRow } from './point-entries.store.ts';

export type ListPointEntries = ReturnType<typeof createListPointEntries>;

/** Why a member's points changed, newest first. */
export function createListPointEntries({ database }: { database: Database }) {
  return (memberId: Id, request: PageRequest) =>
    page(request, async (limit, beforeId) => {
      const rows = await readPointEntries(database, { memberId, limit, beforeId });
      return rows.map(pointEntryView);
    });
}

export type PointEntryView = ReturnType<typeof pointEntryView>;

/** An entry as members and admins see it. */
export function pointEntryView(row: PointEntryRow) {
  const { memberId: _whose, expiresAt, createdAt, ...entry } = row;
  return {
    ...entry,
    expiresAt: expiresAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  };
}
