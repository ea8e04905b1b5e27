import { defineConsumer } from '../../../platform/events/consumer.ts';
import { availabilityChanged } from '../../catalog/catalog.events.ts';
import { upsertAvailability } from './availability.store.ts';

/** Keeps order's own copy of how well SKUs can be had, which carts show. */
export const copyAvailability = defineConsumer({
  name: 'order.copy-availability',
  lane: 'order-copies',
  on: [availabilityChanged],
  ordering: 'latest-wins',
  handle: (tx, events) =>
    upsertAvailability(
      tx,
      events.flatMap((event) => event.payload.skus),
    ),
});
