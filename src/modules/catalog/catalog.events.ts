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

/** Before it told how many units were missing. */
type RefusedBefore = { orderId: string; reason: string; skuIds: string[] };

/** At least one line of an order could not be set aside; none is. */
export const stockRefused = defineEvent(
  'catalog.stock-refused',
  Type.Object({
    orderId: field.id(),
    reason: Type.Enum(['out_of_stock', 'price_changed']),
    skuIds: Type.Array(field.id()),
    /** Of out_of_stock: what the order wanted, and what could be had at that moment (0: not on sale). */
    shortages: Type.Array(
      Type.Object({
        skuId: field.id(),
        requestedQuantity: field.count(),
        availableQuantity: field.count(),
      }),
    ),
  }),
  [(before: RefusedBefore) => ({ ...before, shortages: [] })],
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

/** Units are set aside for a flash sale; fewer than it wanted when the stock is short. */
export const salePoolFilled = defineEvent(
  'catalog.sale-pool-filled',
  Type.Object({ flashSaleId: field.id(), quantity: field.count() }),
);

/** A flash sale is over, and so many of its units went back into the open stock. */
export const salePoolEmptied = defineEvent(
  'catalog.sale-pool-emptied',
  Type.Object({ flashSaleId: field.id(), returnedQuantity: field.count() }),
);

/** Units of a flash sale that an order had set aside are sold to it. The aggregate is the order. */
export const stockSold = defineEvent(
  'catalog.stock-sold',
  Type.Object({ flashSaleId: field.id(), orderId: field.id(), quantity: field.count() }),
);

/**
 * An order of a flash sale has ended, or was undone in part: so many units that it had set aside or
 * bought can be had again (0 when it never got any). The aggregate is the order.
 */
export const stockReleased = defineEvent(
  'catalog.stock-released',
  Type.Object({ flashSaleId: field.id(), orderId: field.id(), quantity: field.count() }),
);
