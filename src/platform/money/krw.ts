/** Whole Korean won. One currency; no decimals, never a string. */
export type Krw = number;

/** No single amount or balance exceeds this; far below 2^53, so sums stay exact. */
export const MAX_KRW = 1_000_000_000_000;

/** The price after a discount of whole percent, rounded down to a won. */
export function discounted(price: Krw, percent: number): Krw {
  return Math.floor((price * (100 - percent)) / 100);
}

/** What a unit of a SKU costs before any discount: its product's list price and its own difference. */
export function skuListPrice(listPrice: Krw, priceDelta: Krw): Krw {
  return listPrice + priceDelta;
}

/** What one SKU costs: the style's list price after its discount, plus the SKU's own difference. */
export function skuPrice(listPrice: Krw, discountPercent: number, priceDelta: Krw): Krw {
  return discounted(listPrice, discountPercent) + priceDelta;
}

/**
 * Splits an amount over weights in proportion, rounding down; what that leaves goes to the last part
 * with a weight, so the parts always add up to the amount. While the amount is not above the sum of
 * the weights, no part gets more than its weight: what the last has no room for goes to the one
 * before it.
 */
export function splitProportionally(amount: Krw, weights: readonly number[]): Krw[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return weights.map(() => 0);
  const parts = weights.map((weight) => Number((BigInt(amount) * BigInt(weight)) / BigInt(total)));
  let rest = amount - parts.reduce((sum, part) => sum + part, 0);
  for (let index = weights.length - 1; rest > 0; index -= 1) {
    const weight = weights[index] ?? 0;
    const part = parts[index] ?? 0;
    const room = amount > total ? rest : weight - part;
    const taken = weight > 0 ? Math.min(rest, room) : 0;
    parts[index] = part + taken;
    rest -= taken;
  }
  return parts;
}

/** The part of an amount that is free of VAT, and the VAT that the rest of it includes, in KRW. */
export type TaxParts = { taxFreeAmount: Krw; vatAmount: Krw };

/**
 * The VAT that a taxed price includes: a tenth of the price without it, that is 10/110 of the price
 * with it, rounded to the won. Eleven is odd, so there is never a half to round.
 */
export function vatIn(taxedAmount: Krw): Krw {
  return Math.round((taxedAmount * 10) / 110);
}
