import type { Database } from '../../../platform/database/database.ts';
import { page, type PageRequest } from '../../../platform/http/page.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { readEntries, type WalletEntryRow } from './wallet.store.ts';

export type ListWalletEntries = ReturnType<typeof createListWalletEntries>;

/** Why a member's money changed, newest first. */
export function createListWalletEntries({ database }: { database: Database }) {
  return (memberId: Id, request: PageRequest) =>
    page(request, async (limit, beforeId) => {
      const rows = await readEntries(database, { memberId, limit, beforeId });
      return rows.map(entryView);
    });
}

export type WalletEntryView = ReturnType<typeof entryView>;

/** An entry as members and admins see it. */
export function entryView({ memberId: _whose, createdAt, ...entry }: WalletEntryRow) {
  return { ...entry, createdAt: createdAt.toISOString() };
}
