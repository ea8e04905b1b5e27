import { Type } from 'typebox';
import { defineEvent, field } from '../../platform/events/define-event.ts';

const lines = () =>
  Type.Array(
    Type.Object({
      skuId: field.id(),
      productId: field.id(),
      quantity: field.count(),
      unitPrice: field.krw(),
      lineAmount: field.krw(),
    }),
  );

/** Null when the order uses none: coupon then has nothing to do. */
const memberCouponId = () => Type.Union([field.id(), Type.Null()]);

/** An order is placed and names the holds that it needs; each participant answers. */
export const orderPlaced = defineEvent(
  'order.placed',
  Type.Object({
    orderId: field.id(),
    memberId: field.id(),
    placedAt: field.moment(),
    lines: lines(),
    /** Pay money to hold; null when a payment provider takes the whole amount. */
    walletAmount: Type.Union([field.krw(), Type.Null()]),
    coupon: Type.Union([
      Type.Object({
        memberCouponId: field.id(),
        /** What the order takes off; coupon refuses when its own rules say otherwise. */
        discountAmount: field.krw(),
        itemsAmount: field.krw(),
      }),
      Type.Null(),
    ]),
  }),
);

/** Everything is held and the money is there: holds become final. */
export const orderPaid = defineEvent(
  'order.paid',
  Type.Object({
    orderId: field.id(),
    memberId: field.id(),
    paidAt: field.moment(),
    totalAmount: field.krw(),
    memberCouponId: memberCouponId(),
    lines: lines(),
  }),
);

/** A hold was refused: whatever is held is released. */
export const orderFailed = defineEvent(
  'order.failed',
  Type.Object({
    orderId: field.id(),
    failureCode: field.text(30),
    memberCouponId: memberCouponId(),
  }),
);

/** Undone as a whole before shipping: holds are released, what was taken is given back. */
export const orderCancelled = defineEvent(
  'order.cancelled',
  Type.Object({
    orderId: field.id(),
    memberId: field.id(),
    cancelledAt: field.moment(),
    /** When it had been paid; null when it was cancelled before. */
    paidAt: Type.Union([field.moment(), Type.Null()]),
    totalAmount: field.krw(),
    memberCouponId: memberCouponId(),
    lines: lines(),
  }),
);
