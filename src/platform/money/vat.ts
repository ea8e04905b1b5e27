import type { Krw } from './krw.ts';

/** The part of an amount that is free of VAT, and the VAT that the rest of it includes, in KRW. */
export type TaxParts = { taxFreeAmount: Krw; vatAmount: Krw };

/**
 * The VAT that a taxed price includes: a tenth of the price without it, that is 10/110 of the price
 * with it, rounded to the won. Eleven is odd, so there is never a half to round.
 */
export function vatIn(taxedAmount: Krw): Krw {
  return Math.round((taxedAmount * 10) / 110);
}
