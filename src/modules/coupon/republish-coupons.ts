import type { Database } from '../../platform/database/database.ts';
import { recordEvents } from '../../platform/events/record-events.ts';
import type { InTransaction } from '../../platform/events/transactions.ts';
import type { Id } from '../../platform/ids/id.ts';
import { couponChanged } from './coupon.events.ts';
import { readCouponsAfter } from './coupon.store.ts';
import { changedPayload } from './create-coupon.ts';

const COUPONS_AT_ONCE = 500;

/** Tells every coupon's facts once more, so that a copy in another module can be filled anew. */
export function createRepublishCoupons(parts: {
  database: Database;
  inTransaction: InTransaction;
}): () => Promise<void> {
  return async function republishCoupons() {
    for (let afterId: Id | undefined; ;) {
      // Page by page, to keep memory bounded.
      const coupons = await readCouponsAfter(parts.database, afterId, COUPONS_AT_ONCE);
      if (coupons.length === 0) return;
      await parts.inTransaction(async (tx) => {
        const events = coupons.map((coupon) =>
          couponChanged.of(coupon.id, coupon.version, changedPayload(coupon)),
        );
        recordEvents(tx, ...events);
      });
      afterId = coupons.at(-1)?.id;
    }
  };
}
