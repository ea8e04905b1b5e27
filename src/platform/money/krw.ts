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
 * Splits an amount over weights in proportion. What rounding down leaves goes, a won each, to the
 * parts that lost most by it, the last of equals first: the parts add up to the amount, and while the amount is not above the
 * sum of the weights, no part is above its weight (all of it on the last part could be).
 */
export function splitProportionally(amount: Krw, weights: readonly number[]): Krw[] {
  const total = BigInt(weights.reduce((sum, weight) => sum + weight, 0));
  if (total === 0n) return weights.map(() => 0);
  const exact = weights.map((weight) => BigInt(amount) * BigInt(weight));
  const parts = exact.map((product) => Number(product / total));
  const rest = amount - parts.reduce((sum, part) => sum + part, 0);
  const byLoss = exact
    .map((product, index) => ({ index, loss: product % total }))
    .toSorted((a, b) => Number(b.loss - a.loss) || b.index - a.index);
  for (const { index } of byLoss.slice(0, rest)) parts[index] = (parts[index] ?? 0) + 1;
  return parts;
}
