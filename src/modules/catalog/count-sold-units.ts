import { bulkParameter, bulkRows, hex } from '../../platform/database/bulk.ts';
import { defineConsumer } from '../../platform/events/consumer.ts';
import type { Id } from '../../platform/ids/id.ts';
import { orderPaid } from '../order/order.events.ts';

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
    const rows = [...units].toSorted(([a], [b]) => (a < b ? -1 : 1));
    await tx.write(
      `UPDATE ${bulkRows('sold', { product_id: 'id', units: 'bigint' })}
       STRAIGHT_JOIN catalog_products AS p ON p.id = UNHEX(sold.product_id)
       SET p.sold_units = p.sold_units + sold.units`,
      [bulkParameter(rows.map(([productId, count]) => [hex(productId), count]))],
    );
  },
});
