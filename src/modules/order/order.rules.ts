import { skuPrice, splitProportionally, type Krw } from '../../platform/money/krw.ts';

export type OrderState =
  | 'placed'
  | 'payment_due'
  | 'confirming'
  | 'paid'
  | 'preparing'
  | 'shipped'
  | 'delivered'
  | 'completed'
  | 'cancelled'
  | 'failed'
  | 'expired';

export type FailureCode =
  | 'out_of_stock'
  | 'price_changed'
  | 'coupon_rejected'
  | 'points_insufficient'
  | 'payment_declined'
  | 'payment_timeout'
  | 'placement_timeout';

export type PaymentMethod = 'wallet';
export type TaxType = 'taxable' | 'exempt';

/** What order knows of a SKU, from its own copy. */
export type SkuFacts = {
  skuId: string;
  productId: string;
  name: string;
  options: string;
  thumbnailUrl: string | null;
  listPrice: Krw;
  discountPercent: number;
  priceDelta: Krw;
  taxType: TaxType;
  onSale: boolean;
};

export type PricedLine = {
  sku: SkuFacts;
  quantity: number;
  unitPrice: Krw;
  lineAmount: Krw;
  /** The line's part of the order's coupon, for refunds of single lines. */
  couponShare: Krw;
};

export type Price = {
  lines: PricedLine[];
  itemsAmount: Krw;
  couponAmount: Krw;
  pointsAmount: Krw;
  shippingAmount: Krw;
  totalAmount: Krw;
};

export type ShippingTerms = { shippingAmount: Krw; freeShippingFromAmount: Krw };

/**
 * What an order costs. Shipping is free from an amount of items after the discount on.
 * @param discountOn what the order's coupon takes off items of a given amount
 */
export function priceOrder(
  wanted: readonly { sku: SkuFacts; quantity: number }[],
  discountOn: (itemsAmount: Krw) => Krw,
  shipping: ShippingTerms,
): Price {
  const priced = wanted.map(({ sku, quantity }) => {
    const unitPrice = skuPrice(sku.listPrice, sku.discountPercent, sku.priceDelta);
    return { sku, quantity, unitPrice, lineAmount: unitPrice * quantity };
  });
  const itemsAmount = priced.reduce((sum, line) => sum + line.lineAmount, 0);
  const couponAmount = discountOn(itemsAmount);
  const shares = splitProportionally(
    couponAmount,
    priced.map((line) => line.lineAmount),
  );
  const discountedAmount = itemsAmount - couponAmount;
  const shippingAmount =
    discountedAmount >= shipping.freeShippingFromAmount ? 0 : shipping.shippingAmount;
  return {
    lines: priced.map((line, index) => ({ ...line, couponShare: shares[index] ?? 0 })),
    itemsAmount,
    couponAmount,
    pointsAmount: 0,
    shippingAmount,
    totalAmount: discountedAmount + shippingAmount,
  };
}

/** What a participant has said: `awaited` until it answers, then `held` or why not. */
export type Answer = 'not_needed' | 'awaited' | 'held' | FailureCode;

export type Answers = { stock: Answer; funds: Answer; coupon: Answer };

/** When several participants refuse, the client is told the first of these. */
const REFUSALS_BY_WEIGHT: readonly FailureCode[] = [
  'out_of_stock',
  'price_changed',
  'coupon_rejected',
  'points_insufficient',
  'payment_declined',
];

export type Decision =
  | { state: 'placed' }
  | { state: 'paid' }
  | { state: 'failed'; failureCode: FailureCode };

/**
 * Joins the participants' answers. All are awaited even after a refusal, so that the same refusals
 * always give the same failure code, whoever answers first.
 */
export function decide(answers: Answers): Decision {
  const all = [answers.stock, answers.funds, answers.coupon];
  if (all.includes('awaited')) return { state: 'placed' };
  const failureCode = REFUSALS_BY_WEIGHT.find((code) => all.includes(code));
  return failureCode ? { state: 'failed', failureCode } : { state: 'paid' };
}

/** An order can be cancelled until it is handed to the carrier. */
export function mayCancel(state: OrderState): boolean {
  switch (state) {
    case 'placed':
    case 'payment_due':
    case 'paid':
    case 'preparing':
      return true;
    case 'confirming':
    case 'shipped':
    case 'delivered':
    case 'completed':
    case 'cancelled':
    case 'failed':
    case 'expired':
      return false;
    default:
      throw new TypeError(`unknown: ${String(state satisfies never)}`);
  }
}
