import { invalidInput } from '../../platform/errors/validation-error.ts';
import type { IdempotencyKey } from '../../platform/idempotency/idempotency-key.ts';
import { newId, type Id } from '../../platform/ids/id.ts';
import { MAX_KRW } from '../../platform/money/krw.ts';
import { discountOn } from '../coupon/coupon.events.ts';
import type { UsableCoupon } from './copies.store.ts';
import { orderPlaced } from './order.events.ts';
import { priceChanged } from './order.errors.ts';
import {
  priceOrder,
  type FailureCode,
  type PaymentMethod,
  type Price,
  type ShippingTerms,
  type SkuFacts,
} from './order.rules.ts';
import type { OrderLineRow, OrderRow } from './order.store.ts';

export type Address = {
  recipient: string;
  phone: string;
  zoneCode: string;
  roadAddress: string;
  lotAddress?: string;
  detail: string;
};

/** What a shopper asks for. */
export type Placement = {
  memberId: Id;
  items: readonly { skuId: Id; quantity: number }[];
  memberCouponId?: Id | undefined;
  /** What the client believes the total to be; another result is refused. */
  expectedTotalAmount?: number | undefined;
  paymentMethod: PaymentMethod;
  address: Address;
  idempotencyKey?: IdempotencyKey | undefined;
  /** W3C traceparent of the request; its order's events carry it. */
  trace?: string | undefined;
};

/** Order's own copies of what others own, as far as a batch of placements needs them. */
export type KnownFacts = {
  skus: ReadonlyMap<Id, SkuFacts>;
  coupons: ReadonlyMap<Id, UsableCoupon>;
};

/** An order that is ready to be stored. */
export type Draft = { order: OrderRow; lines: OrderLineRow[] };

/** Order's copy does not have this yet; it may be on its way, or not exist at all. */
export class NotCopied extends Error {
  override readonly name = 'NotCopied';
}

/**
 * Prices a placement and makes the rows of its order. A coupon that plainly cannot be used makes an
 * order that has failed from the start, so that the client gets its id, as with every refusal.
 * Throws NotCopied, `validation_failed` for a SKU that is not on sale, `price_changed`.
 */
export function draftOrder(
  placement: Placement,
  facts: KnownFacts,
  shipping: ShippingTerms,
  now: Date,
): Draft {
  const wanted = mergeItems(placement.items).map(({ skuId, quantity, path }) => {
    const sku = facts.skus.get(skuId);
    if (!sku) throw new NotCopied(path);
    if (!sku.onSale) throw invalidInput([{ path, message: 'is not on sale' }]);
    return { sku, quantity };
  });
  const coupon = couponOf(placement, facts);
  const price = priceOrder(
    wanted,
    (itemsAmount) => (coupon ? discountOn(itemsAmount, coupon.terms) : 0),
    shipping,
  );
  if (price.itemsAmount > MAX_KRW) {
    throw invalidInput([{ path: '/items', message: 'cost more than one order may' }]);
  }
  const { expectedTotalAmount } = placement;
  if (expectedTotalAmount !== undefined && expectedTotalAmount !== price.totalAmount) {
    throw priceChanged('The total is not the expected one', { quote: quoteOf(price) });
  }
  const rejected = coupon !== undefined && !mayClaim(coupon, placement.memberId, price, now);
  return rowsOf(placement, price, now, rejected ? 'coupon_rejected' : null);
}

/** One line a SKU, in the order in which the SKUs were first named. */
function mergeItems(items: Placement['items']) {
  const merged = new Map<Id, { skuId: Id; quantity: number; path: string }>();
  for (const [index, { skuId, quantity }] of items.entries()) {
    const line = merged.get(skuId);
    if (line) line.quantity += quantity;
    else merged.set(skuId, { skuId, quantity, path: `/items/${index}/skuId` });
  }
  return [...merged.values()];
}

function couponOf(placement: Placement, facts: KnownFacts): UsableCoupon | undefined {
  const { memberCouponId } = placement;
  if (memberCouponId === undefined) return undefined;
  const coupon = facts.coupons.get(memberCouponId);
  if (!coupon) throw new NotCopied('/memberCouponId');
  return coupon;
}

/** What can be told from the copy alone; coupon itself decides about the rest. */
function mayClaim(coupon: UsableCoupon, memberId: Id, price: Price, now: Date): boolean {
  return coupon.memberId === memberId && price.couponAmount > 0 && now < coupon.expiresAt;
}

function quoteOf(price: Price) {
  const { itemsAmount, couponAmount, pointsAmount, shippingAmount, totalAmount } = price;
  return {
    lines: price.lines.map((line) => ({
      skuId: line.sku.skuId,
      quantity: line.quantity,
      unitPrice: line.unitPrice,
      lineAmount: line.lineAmount,
    })),
    itemsAmount,
    couponAmount,
    pointsAmount,
    shippingAmount,
    totalAmount,
  };
}

function rowsOf(
  placement: Placement,
  price: Price,
  now: Date,
  failureCode: FailureCode | null,
): Draft {
  const id = newId();
  const usesCoupon = placement.memberCouponId !== undefined;
  const order: OrderRow = {
    id,
    memberId: placement.memberId,
    state: failureCode === null ? 'placed' : 'failed',
    failureCode,
    paymentMethod: placement.paymentMethod,
    itemsAmount: price.itemsAmount,
    couponAmount: price.couponAmount,
    pointsAmount: price.pointsAmount,
    shippingAmount: price.shippingAmount,
    totalAmount: price.totalAmount,
    memberCouponId: placement.memberCouponId ?? null,
    address: JSON.stringify(placement.address),
    stockAnswer: failureCode === null ? 'awaited' : 'not_needed',
    fundsAnswer: failureCode === null ? 'awaited' : 'not_needed',
    couponAnswer: failureCode ?? (usesCoupon ? 'awaited' : 'not_needed'),
    version: 1,
    placedAt: now,
    paidAt: null,
    cancelledAt: null,
    cancelReason: null,
  };
  const lines = price.lines.map((line, index): OrderLineRow => {
    const { sku } = line;
    return {
      orderId: id,
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
      pointsShare: 0,
      taxType: sku.taxType,
      cancelledQuantity: 0,
      returnedQuantity: 0,
      sellerId: null,
      feeBasisPoints: 0,
    };
  });
  return { order, lines };
}

/** The event that asks for an order's holds. */
export function placedEvent({ order, lines }: Draft) {
  return orderPlaced.of(order.id, order.version, {
    orderId: order.id,
    memberId: order.memberId,
    placedAt: order.placedAt.toISOString(),
    lines: lines.map(({ skuId, productId, quantity, unitPrice, lineAmount }) => ({
      skuId,
      productId,
      quantity,
      unitPrice,
      lineAmount,
    })),
    walletAmount: order.totalAmount,
    coupon:
      order.memberCouponId === null
        ? null
        : {
            memberCouponId: order.memberCouponId,
            discountAmount: order.couponAmount,
            itemsAmount: order.itemsAmount,
          },
  });
}
