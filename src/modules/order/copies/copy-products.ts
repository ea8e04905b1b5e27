import { defineConsumer, type TransactionalConsumer } from '../../../platform/events/consumer.ts';
import type { EventOf } from '../../../platform/events/define-event.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { productChanged } from '../../catalog/catalog.events.ts';
import { upsertSkuCopies, type SkuCopy } from './copies.store.ts';
import type { KnownSkus } from './known-skus.ts';

/** Keeps order's own copy of every SKU, from which orders are priced. */
export function createCopyProducts({ knownSkus }: { knownSkus: KnownSkus }): TransactionalConsumer {
  return defineConsumer({
    name: 'order.copy-products',
    // Apart from the saga: a republished catalog must not delay orders.
    lane: 'order-copies',
    on: [productChanged],
    ordering: 'latest-wins',
    handle: async (tx, events) => {
      const latest = new Map<Id, EventOf<typeof productChanged>>();
      for (const event of events) {
        const known = latest.get(event.aggregateId);
        if (!known || known.aggregateVersion < event.aggregateVersion) {
          latest.set(event.aggregateId, event);
        }
      }
      const copies = [...latest.values()].flatMap(toCopies);
      await upsertSkuCopies(tx, copies);
      tx.afterCommit(() => knownSkus.changed(copies.map(({ skuId }) => skuId)));
    },
  });
}

function toCopies({ payload, aggregateVersion }: EventOf<typeof productChanged>): SkuCopy[] {
  return payload.skus.map((sku) => ({
    skuId: sku.skuId,
    productId: payload.productId,
    typeId: payload.typeId,
    name: payload.name,
    options: sku.options,
    thumbnailUrl: payload.thumbnailUrl,
    listPrice: payload.listPrice,
    discountPercent: payload.discountPercent,
    priceDelta: sku.priceDelta,
    taxType: payload.taxType,
    onSale: payload.state === 'on_sale' && sku.state === 'on_sale',
    version: aggregateVersion,
  }));
}
