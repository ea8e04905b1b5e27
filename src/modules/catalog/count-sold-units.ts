import { defineConsumer } from '../../platform/events/consumer.ts';
import type { Id } from '../../platform/ids/id.ts';
import { orderPaid } from '../order/order.events.ts';
import { addSoldUnits } from './product.store.ts';

/** Counts units sold per product, which is what the list's "popular" sorts by. */
export const countSoldUnits = defineConsumer({
  name: 'catalog.count-sold-units',
  // Not the lane of the holds: nobody waits for this.
  lane: 'catalog-popularity',
  on: [orderPaid],
  ordering: 'commutative',
  handle: async (tx, events) => {
    const units = new Map<Id, number>();
    for (const { productId, quantity } of events.flatMap((event) => event.payload.lines)) {
      units.set(productId, (units.get(productId) ?? 0) + quantity);
    }
    await addSoldUnits(tx, units);
  },
});
