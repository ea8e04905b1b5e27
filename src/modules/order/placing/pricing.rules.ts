import {
  skuPrice,
  splitProportionally,
  vatIn,
  type Krw,
  type TaxParts,
} from '../../../platform/money/krw.ts';
import type { SkuFacts } from '../copies/copies.rules.ts';

export type PricedLine = {
  sku: SkuFacts;
  quantity: number;
  unitPrice: Krw;
  lineAmount: Krw;
  /** The line's parts of the order's coupon and points, for refunds of single lines. */
  couponShare: Krw;
  pointsShare: Krw;
};

export type Price = {
  lines: PricedLine[];
  itemsAmount: Krw;
  couponAmount: Krw;
  pointsAmount: Krw;
  shippingAmount: Krw;
  /** The fee that would be charged, did the coupon not free the order of it. */
  freedShippingAmount: Krw;
  /** What is paid. */
  totalAmount: Krw;
} & TaxParts;

export type ShippingTerms = { shippingAmount: Krw; freeShippingFromAmount: Krw };

/** A line before anything is taken off. */
export type GrossLine = Pick<PricedLine, 'sku' | 'quantity' | 'unitPrice' | 'lineAmount'>;

/**
 * What lines cost by themselves.
 * @param wanted with a `unitPrice` where a sale of its own sets it
 */
export function priceLines(
  wanted: readonly { sku: SkuFacts; quantity: number; unitPrice?: Krw | undefined }[],
): GrossLine[] {
  return wanted.map(({ sku, quantity, unitPrice: given }) => {
    const unitPrice = given ?? skuPrice(sku.listPrice, sku.discountPercent, sku.priceDelta);
    return { sku, quantity, unitPrice, lineAmount: unitPrice * quantity };
  });
}

/** What a coupon does for lines; `covered` tells for each whether it applies to it. */
export type Benefit = { discountAmount: Krw; freesShipping: boolean; covered: readonly boolean[] };

/** What takes something off the items' price. */
export type Deductions = {
  /** What the order's coupon does; undefined without one. */
  benefit: Benefit | undefined;
  /** Points to spend; at most what the items cost after the coupon. */
  pointsAmount: Krw;
};

/**
 * What an order costs. Shipping is free from an amount of items after the coupon on, or by a coupon;
 * points are a way to pay and do not bring the fee back.
 */
export function priceOrder(
  priced: readonly GrossLine[],
  { benefit, pointsAmount }: Deductions,
  shipping: ShippingTerms,
): Price {
  const itemsAmount = priced.reduce((sum, line) => sum + line.lineAmount, 0);
  const couponAmount = benefit?.discountAmount ?? 0;
  const couponShares = splitProportionally(
    couponAmount,
    priced.map((line, index) => (benefit?.covered[index] === true ? line.lineAmount : 0)),
  );
  const pointsShares = splitProportionally(
    pointsAmount,
    priced.map((line, index) => line.lineAmount - (couponShares[index] ?? 0)),
  );
  const lines = priced.map((line, index) => ({
    ...line,
    couponShare: couponShares[index] ?? 0,
    pointsShare: pointsShares[index] ?? 0,
  }));
  const discountedAmount = itemsAmount - couponAmount;
  const isFree = discountedAmount >= shipping.freeShippingFromAmount;
  const fee = isFree ? 0 : shipping.shippingAmount;
  const freedShippingAmount = benefit?.freesShipping === true ? fee : 0;
  const shippingAmount = fee - freedShippingAmount;
  return {
    lines,
    itemsAmount,
    couponAmount,
    pointsAmount,
    shippingAmount,
    freedShippingAmount,
    totalAmount: discountedAmount - pointsAmount + shippingAmount,
    ...taxPartsOf(
      lines.map((line) => ({ ...line, taxType: line.sku.taxType })),
      shippingAmount,
    ),
  };
}

/** The fee for items that come to so much after the coupon. */
export function shippingFor(
  discountedAmount: Krw,
  { shippingAmount, freeShippingFromAmount }: ShippingTerms,
): Krw {
  return discountedAmount >= freeShippingFromAmount ? 0 : shippingAmount;
}

type TaxedLine = {
  lineAmount: Krw;
  couponShare: Krw;
  pointsShare: Krw;
  taxType: SkuFacts['taxType'];
};

/**
 * What of an order's total is free of VAT, and the VAT that the rest includes. Coupons and the shop's
 * own points lower the price that is taxed (Value-Added Tax Act, art. 29); shipping is taxed.
 */
export function taxPartsOf(lines: readonly TaxedLine[], shippingAmount: Krw): TaxParts {
  const taxed = paidFor(lines.filter((line) => line.taxType === 'taxable'));
  const taxFreeAmount = paidFor(lines.filter((line) => line.taxType === 'exempt'));
  return { taxFreeAmount, vatAmount: vatIn(taxed + shippingAmount) };
}

function paidFor(lines: readonly TaxedLine[]): Krw {
  return lines.reduce(
    (sum, line) => sum + line.lineAmount - line.couponShare - line.pointsShare,
    0,
  );
}
