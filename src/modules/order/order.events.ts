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

/** Before there were points, providers and flash sales. */
type PlacedBefore = {
  lines: { productId: string; lineAmount: number }[];
  walletAmount: number | null;
  coupon: { memberCouponId: string; discountAmount: number } | null;
};

/** An order is placed and names the holds that it needs; each participant answers. */
export const orderPlaced = defineEvent(
  'order.placed',
  Type.Object({
    orderId: field.id(),
    memberId: field.id(),
    placedAt: field.moment(),
    lines: lines(),
    /** Pay money and points to hold; null when a payment provider takes the whole amount. */
    funds: Type.Union([
      Type.Object({ walletAmount: field.krw(), pointsAmount: field.krw() }),
      Type.Null(),
    ]),
    coupon: Type.Union([
      Type.Object({
        memberCouponId: field.id(),
        /** What the order takes off; coupon refuses when its own rules say otherwise. */
        discountAmount: field.krw(),
        /** Whether it takes a shipping fee off; false where none would be charged without it. */
        freesShipping: Type.Boolean(),
        /** What it may apply to; the type is null where order does not know it. */
        items: Type.Array(
          Type.Object({
            productId: field.id(),
            typeId: Type.Union([field.id(), Type.Null()]),
            lineAmount: field.krw(),
          }),
        ),
      }),
      Type.Null(),
    ]),
    /** The flash sale whose units it takes; null for the SKU's open stock. */
    flashSaleId: Type.Union([field.id(), Type.Null()]),
  }),
  [
    ({ walletAmount, coupon, lines: placed, ...rest }: PlacedBefore) => ({
      ...rest,
      lines: placed,
      funds: walletAmount === null ? null : { walletAmount, pointsAmount: 0 },
      coupon: coupon && {
        memberCouponId: coupon.memberCouponId,
        discountAmount: coupon.discountAmount,
        freesShipping: false,
        items: placed.map(({ productId, lineAmount }) => ({
          productId,
          typeId: null,
          lineAmount,
        })),
      },
      flashSaleId: null,
    }),
  ],
);

/** Everything is held, and a payment provider is to take the money until `dueAt`. */
export const orderPaymentDue = defineEvent(
  'order.payment-due',
  Type.Object({
    orderId: field.id(),
    memberId: field.id(),
    paymentMethod: Type.Enum(['toss', 'kakaopay']),
    totalAmount: field.krw(),
    dueAt: field.moment(),
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

/** Neither decided nor paid in time: whatever is held is released. */
export const orderExpired = defineEvent(
  'order.expired',
  Type.Object({
    orderId: field.id(),
    failureCode: Type.Enum(['placement_timeout', 'payment_timeout']),
    memberCouponId: memberCouponId(),
  }),
);

/** Some units of a paid order are undone before shipping, and their part of the money is given back. */
export const orderLinesCancelled = defineEvent(
  'order.lines-cancelled',
  Type.Object({
    orderId: field.id(),
    memberId: field.id(),
    cancelledAt: field.moment(),
    paidAt: field.moment(),
    /**
     * What was paid for these units, without points: it goes back to the wallet or through the
     * provider, less what that one has given back already without the shop.
     */
    refundAmount: field.krw(),
    /** The units that this cancellation undoes. */
    lines: lines(),
    /**
     * All that was undone until now, this cancellation included. Participants follow these totals,
     * so a cancellation that overtakes an earlier one changes nothing.
     */
    soFar: Type.Object({
      lines: Type.Array(Type.Object({ skuId: field.id(), quantity: field.count() })),
      /** Pay money given back; 0 when a payment provider took the money. */
      walletAmount: field.krw(),
      pointsAmount: field.krw(),
    }),
  }),
);

/**
 * Undone as a whole before shipping: holds are released, and what was taken and not given back yet is
 * given back. After cancellations of single lines, `totalAmount` and `lines` are what was left.
 */
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

/** Money that a payment provider took is to be given back by it. The aggregate is the refund. */
export const orderRefundDue = defineEvent(
  'order.refund-due',
  Type.Object({ refundId: field.id(), paymentId: field.id(), orderId: field.id() }),
);

/** Someone tried to confirm a payment with another amount than the order's; nothing was done. */
export const orderConfirmationTampered = defineEvent(
  'order.confirmation-tampered',
  Type.Object({
    orderId: field.id(),
    memberId: field.id(),
    totalAmount: field.krw(),
    claimedAmount: field.krw(),
  }),
);

/** A flash sale is about to open: catalog sets its units aside at the sale's price. */
export const flashSaleOpening = defineEvent(
  'order.flash-sale-opening',
  Type.Object({
    flashSaleId: field.id(),
    skuId: field.id(),
    price: field.krw(),
    quantity: field.count(),
  }),
);

/** A flash sale is over: what is left of its units is open stock again. */
export const flashSaleEnded = defineEvent(
  'order.flash-sale-ended',
  Type.Object({ flashSaleId: field.id() }),
);

/** Members have tickets of a flash sale now, in the order of their ranks. The aggregate is the sale. */
export const ticketsIssued = defineEvent(
  'order.tickets-issued',
  Type.Object({ flashSaleId: field.id(), lastRank: field.count() }),
);
