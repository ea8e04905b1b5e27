import { Type } from 'typebox';
import { defineEvent, field } from '../../platform/events/define-event.ts';

/** A product as it is now, with all of its SKUs: enough for another module's own copy. */
export const productChanged = defineEvent(
  'catalog.product-changed',
  Type.Object({
    productId: field.id(),
    typeId: field.id(),
    name: field.text(200),
    thumbnailUrl: Type.Union([field.text(500), Type.Null()]),
    listPrice: field.krw(),
    discountPercent: field.percent(),
    taxType: Type.Enum(['taxable', 'exempt']),
    state: Type.Enum(['on_sale', 'hidden', 'archived']),
    skus: Type.Array(
      Type.Object({
        skuId: field.id(),
        options: field.text(500),
        priceDelta: field.krwDelta(),
        state: Type.Enum(['on_sale', 'archived']),
      }),
    ),
  }),
);

/** All lines of an order are set aside. The aggregate is the order's hold. */
export const stockHeld = defineEvent('catalog.stock-held', Type.Object({ orderId: field.id() }));

/** At least one line of an order could not be set aside; none is. */
export const stockRefused = defineEvent(
  'catalog.stock-refused',
  Type.Object({
    orderId: field.id(),
    reason: Type.Enum(['out_of_stock', 'price_changed']),
    skuIds: Type.Array(field.id()),
  }),
);

/** How well SKUs can be had has changed; told when it crosses a threshold, not with every unit. */
export const availabilityChanged = defineEvent(
  'catalog.availability-changed',
  Type.Object({
    skus: Type.Array(
      Type.Object({
        skuId: field.id(),
        availability: Type.Enum(['in_stock', 'few_left', 'sold_out']),
        /** Rises with every change of this SKU's availability; the highest is the latest. */
        version: field.count(),
      }),
    ),
  }),
);
