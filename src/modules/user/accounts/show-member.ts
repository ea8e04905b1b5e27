import type { Database } from '../../../platform/database/database.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { noSuchMember } from '../user.errors.ts';
import { findMember } from './accounts.store.ts';

export type ShowMember = ReturnType<typeof createShowMember>;

/** What a member, and an admin who serves them, may see of the account. Throws `not_found`. */
export function createShowMember({ database }: { database: Database }) {
  return async function showMember(id: Id) {
    const member = await findMember(database, id);
    if (!member) throw noSuchMember();
    return { ...member, createdAt: member.createdAt.toISOString() };
  };
}
