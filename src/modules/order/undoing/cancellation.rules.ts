import { vatIn, type Krw, type TaxParts } from '../../../platform/money/krw.ts';
import type { TaxType } from '../copies/copies.rules.ts';
import type { OrderState } from '../order.rules.ts';

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

/** What a cancellation needs to know of an order's line; there is one line a SKU. */
export type BoughtLine = {
  skuId: string;
  quantity: number;
  cancelledQuantity: number;
  lineAmount: Krw;
  couponShare: Krw;
  pointsShare: Krw;
};

export type WantedLine = { skuId: string; quantity: number };

/** What was paid for a whole order. */
export type Paid = { totalAmount: Krw; pointsAmount: Krw };

export type Cancellation = {
  /** Units that this cancellation undoes, by SKU; only those that it touches. */
  now: ReadonlyMap<string, number>;
  /** True when nothing of the order is left. */
  isWhole: boolean;
  /** Given back by all cancellations, this one included. */
  refundedAmount: Krw;
  refundedPointsAmount: Krw;
};

/** A wish that cannot be fulfilled; `index` is its place among the wanted lines. */
export type ImpossibleWish = { index: number; message: string };

/**
 * What undoing units of an order comes to. Each unit gives back its part of the line, less its part
 * of coupon and points; the points come back as points. Sums are computed over all units that are
 * undone so far, so they never depend on how many steps it took, and the last unit of a line brings
 * what rounding has left. Shipping is given back with the last unit of the order.
 * @param wanted undefined for everything that is left
 */
export function planCancellation(
  lines: readonly BoughtLine[],
  wanted: readonly WantedLine[] | undefined,
  paid: Paid,
): Cancellation | ImpossibleWish {
  const left = new Map(lines.map((line) => [line.skuId, line.quantity - line.cancelledQuantity]));
  const now = new Map<string, number>();
  const wishes = wanted ?? [...left].map(([skuId, quantity]) => ({ skuId, quantity }));
  for (const [index, { skuId, quantity }] of wishes.entries()) {
    const units = left.get(skuId);
    if (units === undefined) return { index, message: 'is not in the order' };
    if (quantity > units) return { index, message: `is more than the ${units} units left` };
    left.set(skuId, units - quantity);
    if (quantity > 0) now.set(skuId, (now.get(skuId) ?? 0) + quantity);
  }

  if ([...left.values()].every((units) => units === 0)) {
    const { totalAmount, pointsAmount } = paid;
    return {
      now,
      isWhole: true,
      refundedAmount: totalAmount,
      refundedPointsAmount: pointsAmount,
    };
  }
  let refundedAmount = 0;
  let refundedPointsAmount = 0;
  for (const line of lines) {
    const undone = line.quantity - (left.get(line.skuId) ?? 0);
    refundedAmount += moneyFor(line, undone);
    refundedPointsAmount += Math.floor((line.pointsShare * undone) / line.quantity);
  }
  return { now, isWhole: false, refundedAmount, refundedPointsAmount };
}

/** What so many units of a line were paid with, apart from points; all of them give the whole line. */
export function moneyFor(line: BoughtLine, units: number): Krw {
  const money = line.lineAmount - line.couponShare - line.pointsShare;
  return Math.floor((money * units) / line.quantity);
}

export type TaxedLine = BoughtLine & { taxType: TaxType };

/**
 * The tax parts of the money that a cancellation gives back: what all units undone so far come to,
 * this cancellation's included, less what those before it came to. So the parts of all cancellations
 * add up to the order's own, however it is cut up, and none is ever below zero.
 * @param now units that this cancellation undoes, by SKU
 */
export function taxPartsOfCancellation(
  lines: readonly TaxedLine[],
  now: ReadonlyMap<string, number>,
  shippingAmount: Krw,
): TaxParts {
  const before = taxPartsOfUndone(lines, shippingAmount);
  const undone = lines.map((line) => ({
    ...line,
    cancelledQuantity: line.cancelledQuantity + (now.get(line.skuId) ?? 0),
  }));
  const after = taxPartsOfUndone(undone, shippingAmount);
  return {
    taxFreeAmount: after.taxFreeAmount - before.taxFreeAmount,
    vatAmount: after.vatAmount - before.vatAmount,
  };
}

/** Of all units that are undone. Shipping is taxed, and goes back with the last of them. */
function taxPartsOfUndone(lines: readonly TaxedLine[], shippingAmount: Krw): TaxParts {
  const isWhole = lines.every((line) => line.cancelledQuantity === line.quantity);
  let taxed = isWhole ? shippingAmount : 0;
  let taxFreeAmount = 0;
  for (const line of lines) {
    const money = moneyFor(line, line.cancelledQuantity);
    if (line.taxType === 'exempt') taxFreeAmount += money;
    else taxed += money;
  }
  return { taxFreeAmount, vatAmount: vatIn(taxed) };
}
