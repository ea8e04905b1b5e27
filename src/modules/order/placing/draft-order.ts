import { isoMoment } from '../../../platform/clock/iso-moment.ts';
import type { IdempotencyKey } from '../../../platform/idempotency/idempotency-key.ts';
import { newId, type Id } from '../../../platform/ids/id.ts';
import { orderPlaced } from '../order.events.ts';
import { priceChanged } from '../order.errors.ts';
import type { CouponRefusal, PaymentMethod } from '../order.rules.ts';
import type { EventLine, OrderLineRow, OrderRow } from '../order.store.ts';
import {
  priceRequest,
  type AppliedCoupon,
  type KnownFacts,
  type PriceRequest,
} from './price-request.ts';
import type { Price, ShippingTerms } from './pricing.rules.ts';
import { quoteOf } from './quote.ts';
import { refuseBelowMinimum, type MinimumOf } from './refuse-below-minimum.ts';

export type Address = {
  recipient: string;
  phone: string;
  zoneCode: string;
  roadAddress: string;
  lotAddress?: string;
  detail: string;
};

/** What a shopper asks for, its items being known. */
export type Placement = PriceRequest & {
  /** What the client believes the total to be; another result is refused. */
  expectedTotalAmount?: number | undefined;
  paymentMethod: PaymentMethod;
  address: Address;
  idempotencyKey?: IdempotencyKey | undefined;
  /** W3C traceparent of the request; its order's events carry it. */
  trace?: string | undefined;
};

/** An order that is ready to be stored. */
export type Draft = {
  order: OrderRow;
  lines: OrderLineRow[];
  /** When it ends if nobody has decided on it by then. */
  undecidedUntil: Date;
  coupon?: AppliedCoupon | undefined;
};

/** What the shop's settings say of new orders. */
export type PlacingTerms = ShippingTerms & {
  /** How long an order may stay undecided, in milliseconds. */
  placementTimeoutMs: number;
};

/**
 * Prices a placement and makes the rows of its order. A coupon that plainly cannot be used makes an
 * order that has failed from the start, so that the client gets its id, as with every refusal.
 * Throws NotCopied, `validation_failed` for what cannot be bought, `price_changed`,
 * `amount_below_minimum`.
 */
export function draftOrder(
  placement: Placement,
  facts: KnownFacts,
  terms: PlacingTerms & { minimumOf: MinimumOf },
  now: Date,
): Draft {
  const { price, coupon } = priceRequest(placement, facts, terms, now);
  const { expectedTotalAmount } = placement;
  if (expectedTotalAmount !== undefined && expectedTotalAmount !== price.totalAmount) {
    throw priceChanged('The total is not the expected one', { quote: quoteOf(price, coupon) });
  }
  const { memberId, paymentMethod, memberCouponId = null, cartId } = placement;
  const address = JSON.stringify(placement.address);
  const placer = { memberId, paymentMethod, memberCouponId, cartId, flashSaleId: null, address };
  const refusal = coupon?.refusal ?? null;
  if (refusal === null) refuseBelowMinimum(price.totalAmount, paymentMethod, terms.minimumOf);
  const order = orderOf(placer, price, now, refusal);
  return { ...draftOf(order, price, terms), coupon };
}

/** An order with its lines. */
export function draftOf(
  order: OrderRow,
  price: Price,
  { placementTimeoutMs }: PlacingTerms,
): Draft {
  const undecidedUntil = new Date(order.placedAt.getTime() + placementTimeoutMs);
  return { order, lines: linesOf(order.id, price), undecidedUntil };
}

/** Who orders, and how. */
type Placer = Pick<
  OrderRow,
  'memberId' | 'paymentMethod' | 'memberCouponId' | 'cartId' | 'flashSaleId' | 'address'
>;

/** The row of a new order; one whose coupon is refused has failed from the start. */
export function orderOf(
  placer: Placer,
  price: Price,
  now: Date,
  refusal: CouponRefusal | null,
): OrderRow {
  const { memberId, paymentMethod, memberCouponId, cartId, flashSaleId, address } = placer;
  const { itemsAmount, couponAmount, pointsAmount, shippingAmount, totalAmount } = price;
  const needsFunds = fundsFor({ paymentMethod, totalAmount, pointsAmount }) !== null;
  const awaited = (isNeeded: boolean) => (isNeeded && refusal === null ? 'awaited' : 'not_needed');
  // Named one by one: as a spread with so much after it, the object is a slow one to make.
  return {
    id: newId(),
    memberId,
    paymentMethod,
    memberCouponId,
    cartId,
    flashSaleId,
    address,
    state: refusal === null ? 'placed' : 'failed',
    failureCode: refusal === null ? null : 'coupon_rejected',
    itemsAmount,
    couponAmount,
    pointsAmount,
    shippingAmount,
    totalAmount,
    stockAnswer: awaited(true),
    fundsAnswer: awaited(needsFunds),
    couponAnswer: refusal ?? awaited(memberCouponId !== null),
    version: 1,
    placedAt: now,
    dueAt: null,
    paidAt: null,
    refundedAmount: 0,
    refundedPointsAmount: 0,
    cancelledAt: null,
    cancelReason: null,
  };
}

/** The rows of a new order's lines. */
function linesOf(orderId: Id, price: Price): OrderLineRow[] {
  return price.lines.map(({ sku, ...line }, index) => ({
    orderId,
    lineNumber: index + 1,
    skuId: sku.skuId,
    productId: sku.productId,
    name: sku.name,
    options: sku.options,
    thumbnailUrl: sku.thumbnailUrl,
    listPrice: sku.listPrice,
    discountPercent: sku.discountPercent,
    unitPrice: line.unitPrice,
    quantity: line.quantity,
    lineAmount: line.lineAmount,
    couponShare: line.couponShare,
    pointsShare: line.pointsShare,
    taxType: sku.taxType,
    cancelledQuantity: 0,
    returnedQuantity: 0,
    sellerId: null,
    feeBasisPoints: 0,
  }));
}

/** The lines as events carry them. */
export function eventLines({ lines }: Draft): EventLine[] {
  return lines.map(({ skuId, productId, quantity, unitPrice, lineAmount }) => ({
    skuId,
    productId,
    quantity,
    unitPrice,
    lineAmount,
  }));
}

/** The event that asks for an order's holds. */
export function placedEvent(draft: Draft) {
  const { order, coupon } = draft;
  const { memberCouponId } = order;
  return orderPlaced.of(order.id, order.version, {
    orderId: order.id,
    memberId: order.memberId,
    placedAt: isoMoment(order.placedAt),
    lines: eventLines(draft),
    funds: fundsFor(order),
    coupon:
      memberCouponId !== null && coupon
        ? {
            memberCouponId,
            discountAmount: order.couponAmount,
            freesShipping: coupon.freedShippingAmount > 0,
            items: coupon.items,
          }
        : null,
    flashSaleId: order.flashSaleId,
  });
}

/** What the member's own funds are to cover; null when a payment provider takes everything. */
function fundsFor({
  paymentMethod,
  totalAmount,
  pointsAmount,
}: Pick<OrderRow, 'paymentMethod' | 'totalAmount' | 'pointsAmount'>) {
  if (paymentMethod === 'wallet') return { walletAmount: totalAmount, pointsAmount };
  return pointsAmount > 0 ? { walletAmount: 0, pointsAmount } : null;
}
