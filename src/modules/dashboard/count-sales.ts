import { impossible } from '../../platform/errors/impossible.ts';
import { defineConsumer } from '../../platform/events/consumer.ts';
import type { EventOf } from '../../platform/events/define-event.ts';
import { orderCancelled, orderLinesCancelled, orderPaid } from '../order/order.events.ts';
import { NO_SALES, sumByQuarter, type Booking } from './dashboard.rules.ts';
import { addToQuarters } from './dashboard.store.ts';

type SaleEvent = EventOf<typeof orderPaid | typeof orderLinesCancelled | typeof orderCancelled>;

/**
 * Counts what was paid, and what was given back, in the quarter of an hour when it happened. Sums do
 * not care for order, and they commit with the claim on the events, so each is counted once.
 */
export const countSales = defineConsumer({
  name: 'dashboard.count-sales',
  lane: 'dashboard',
  on: [orderPaid, orderLinesCancelled, orderCancelled],
  // Figures may be a moment old; a transaction for each batch of orders would cost the orders.
  restMs: 200,
  ordering: 'commutative',
  handle: async (tx, events) => {
    const quarters = sumByQuarter(events.flatMap(toBooking));
    if (quarters.length > 0) await addToQuarters(tx, quarters);
  },
});

function toBooking(event: SaleEvent): Booking[] {
  switch (event.name) {
    case 'order.paid': {
      const { paidAt, totalAmount, lines } = event.payload;
      const soldUnits = lines.reduce((units, line) => units + line.quantity, 0);
      const sale = { paidOrders: 1, paidAmount: totalAmount, soldUnits };
      return [{ ...NO_SALES, ...sale, atMs: Date.parse(paidAt) }];
    }
    case 'order.lines-cancelled': {
      const { cancelledAt, refundAmount } = event.payload;
      const undone = { cancelledAmount: refundAmount };
      return [{ ...NO_SALES, ...undone, atMs: Date.parse(cancelledAt) }];
    }
    case 'order.cancelled': {
      const { cancelledAt, paidAt, totalAmount } = event.payload;
      // Nothing was taken, so nothing goes back.
      if (paidAt === null) return [];
      const undone = { cancelledOrders: 1, cancelledAmount: totalAmount };
      return [{ ...NO_SALES, ...undone, atMs: Date.parse(cancelledAt) }];
    }
    default:
      return impossible(event);
  }
}
