import { groupBy } from '../../../platform/collections/group-by.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { RecordedEvent } from '../../../platform/events/define-event.ts';
import { recordEvents } from '../../../platform/events/record-events.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { issuedEvent } from '../claiming/issued-event.ts';
import { readMemberCouponsAfter } from '../claiming/member-coupons.store.ts';
import { changedEvent } from './changed-event.ts';
import { readCouponsAfter } from './coupons.store.ts';

const ROWS_AT_ONCE = 500;

/**
 * Tells every coupon's facts once more, and who has which, so that a copy in another module can be
 * filled anew.
 */
export function createRepublishCoupons(parts: {
  database: Database;
  inTransaction: InTransaction;
}): () => Promise<void> {
  const { database, inTransaction } = parts;

  return async function republishCoupons() {
    await republish(readCouponsAfter, (rows) => rows.map(changedEvent));
    await republish(readMemberCouponsAfter, (rows) =>
      [...groupBy(rows, (row) => row.couponId)].map(([couponId, issues]) =>
        issuedEvent(
          couponId,
          issues.map((issue) => ({ ...issue, expiresAt: issue.expiresAt.toISOString() })),
        ),
      ),
    );
  };

  /** Page by page, to keep memory bounded. */
  async function republish<Row extends { id: Id }>(
    readAfter: (database: Database, afterId: Id | undefined, limit: number) => Promise<Row[]>,
    toEvents: (rows: readonly Row[]) => RecordedEvent[],
  ): Promise<void> {
    for (let afterId: Id | undefined; ;) {
      const rows = await readAfter(database, afterId, ROWS_AT_ONCE);
      if (rows.length === 0) return;
      await inTransaction(async (tx) => recordEvents(tx, ...toEvents(rows)));
      afterId = rows.at(-1)?.id;
    }
  }
}
