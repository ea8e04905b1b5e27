/** Whole Korean won. One currency; no decimals, never a string. */
export type Krw = number;

/** No single amount or balance exceeds this; far below 2^53, so sums stay exact. */
export const MAX_KRW = 1_000_000_000_000;

/** The price after a discount of whole percent, rounded down to a won. */
export function discounted(price: Krw, percent: number): Krw {
  return Math.floor((price * (100 - percent)) / 100);
}

/** What one SKU costs: the style's list price after its discount, plus the SKU's own difference. */
export function skuPrice(listPrice: Krw, discountPercent: number, priceDelta: Krw): Krw {
  return discounted(listPrice, discountPercent) + priceDelta;
}

/**
 * Splits an amount over weights in proportion, rounding down; the remainder goes to the last part
 * with a weight, so the parts always add up to the amount.
 */
export function splitProportionally(amount: Krw, weights: readonly number[]): Krw[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return weights.map(() => 0);
  const parts = weights.map((weight) => Number((BigInt(amount) * BigInt(weight)) / BigInt(total)));
  const rest = amount - parts.reduce((sum, part) => sum + part, 0);
  const last = weights.findLastIndex((weight) => weight > 0);
  return parts.map((part, index) => (index === last ? part + rest : part));
}
