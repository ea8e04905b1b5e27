import type { Database } from '../../../platform/database/database.ts';
import { recordEvents } from '../../../platform/events/record-events.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { readMemberIdsAfter } from './accounts.store.ts';
import { registeredEvents } from './registered-event.ts';

const MEMBERS_AT_ONCE = 1000;

export type RepublishMembers = () => Promise<void>;

/** Tells once more whom the shop has, so that a copy in another module can be filled anew. */
export function createRepublishMembers(parts: {
  database: Database;
  inTransaction: InTransaction;
}): RepublishMembers {
  return async function republishMembers() {
    for (let afterId: Id | undefined; ;) {
      // Page by page, to keep memory bounded.
      const ids = await readMemberIdsAfter(parts.database, afterId, MEMBERS_AT_ONCE);
      if (ids.length === 0) return;
      await parts.inTransaction(async (tx) => recordEvents(tx, ...registeredEvents(ids)));
      afterId = ids.at(-1);
    }
  };
}
