import type { Database } from '../../../platform/database/database.ts';
import { page, type PageRequest } from '../../../platform/http/page.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { readMembers } from './accounts.store.ts';

export type ListMembers = ReturnType<typeof createListMembers>;

/** Members for admins, newest first; with `ids`, only those of them that exist. */
export function createListMembers({ database }: { database: Database }) {
  return (request: PageRequest, ids: readonly Id[] | undefined) =>
    page(request, async (limit, beforeId) => {
      const rows = await readMembers(database, { limit, beforeId, ids });
      return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
    });
}
