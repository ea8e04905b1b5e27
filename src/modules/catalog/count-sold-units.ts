import { impossible } from '../../platform/errors/impossible.ts';
import { defineConsumer } from '../../platform/events/consumer.ts';
import type { EventOf } from '../../platform/events/define-event.ts';
import type { Id } from '../../platform/ids/id.ts';
import { orderCancelled, orderLinesCancelled, orderPaid } from '../order/order.events.ts';
import { addSoldUnits } from './product.store.ts';

type SaleEvent = EventOf<typeof orderPaid | typeof orderLinesCancelled | typeof orderCancelled>;

/**
 * Counts units sold and not undone per product, which is what the list's "popular" sorts by. A
 * cancellation may overtake its payment; the count is below what it should be for that moment.
 */
export const countSoldUnits = defineConsumer({
  name: 'catalog.count-sold-units',
  // Not the lane of the holds: nobody waits for this.
  lane: 'catalog-popularity',
  on: [orderPaid, orderLinesCancelled, orderCancelled],
  // What is popular does not change in a moment.
  restMs: 200,
  ordering: 'commutative',
  handle: async (tx, events) => {
    const units = new Map<Id, number>();
    for (const event of events) {
      const sign = signOf(event);
      if (sign === 0) continue;
      for (const { productId, quantity } of event.payload.lines) {
        units.set(productId, (units.get(productId) ?? 0) + sign * quantity);
      }
    }
    if (units.size > 0) await addSoldUnits(tx, units);
  },
});

function signOf(event: SaleEvent): 1 | 0 | -1 {
  switch (event.name) {
    case 'order.paid':
      return 1;
    case 'order.lines-cancelled':
      return -1;
    case 'order.cancelled':
      // Its lines were counted only if it was paid; those cancelled before are not among them.
      return event.payload.paidAt === null ? 0 : -1;
    default:
      return impossible(event);
  }
}
