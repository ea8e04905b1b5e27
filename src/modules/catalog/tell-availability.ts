import type { Transaction } from '../../platform/database/transaction.ts';
import { recordEvents } from '../../platform/events/record-events.ts';
import type { Id } from '../../platform/ids/id.ts';
import { availabilityChanged } from './catalog.events.ts';
import { availabilityOf } from './catalog.rules.ts';

/**
 * Tells the others how well these SKUs can be had: all of them in one event, none when there are
 * none. Copies compare the version of each SKU; the event's own is always 1.
 */
export function tellAvailability(
  tx: Transaction,
  stock: readonly { skuId: Id; open: number; availabilityVersion: number }[],
): void {
  const [first] = stock;
  if (!first) return;
  const skus = stock.map(({ skuId, open, availabilityVersion }) => ({
    skuId,
    availability: availabilityOf(open),
    version: availabilityVersion,
  }));
  recordEvents(tx, availabilityChanged.of(first.skuId, 1, { skus }));
}
