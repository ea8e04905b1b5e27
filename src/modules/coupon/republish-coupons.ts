import type { Database } from '../../platform/database/database.ts';
import type { RecordedEvent } from '../../platform/events/define-event.ts';
import { recordEvents } from '../../platform/events/record-events.ts';
import type { InTransaction } from '../../platform/events/transactions.ts';
import type { Id } from '../../platform/ids/id.ts';
import { couponChanged, couponIssued } from './coupon.events.ts';
import { readCouponsAfter, readMemberCouponsAfter } from './coupon.store.ts';
import { changedPayload } from './create-coupon.ts';

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
    await republish(readCouponsAfter, (coupon) =>
      couponChanged.of(coupon.id, coupon.version, changedPayload(coupon)),
    );
    await republish(readMemberCouponsAfter, ({ id, couponId, memberId, expiresAt }) =>
      couponIssued.of(id, 1, {
        memberCouponId: id,
        couponId,
        memberId,
        expiresAt: expiresAt.toISOString(),
      }),
    );
  };

  /** Page by page, to keep memory bounded. */
  async function republish<Row extends { id: Id }>(
    readAfter: (database: Database, afterId: Id | undefined, limit: number) => Promise<Row[]>,
    toEvent: (row: Row) => RecordedEvent,
  ): Promise<void> {
    for (let afterId: Id | undefined; ;) {
      const rows = await readAfter(database, afterId, ROWS_AT_ONCE);
      if (rows.length === 0) return;
      await inTransaction(async (tx) => recordEvents(tx, ...rows.map(toEvent)));
      afterId = rows.at(-1)?.id;
    }
  }
}
