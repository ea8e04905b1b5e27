import type { Krw, TaxParts } from '../../../platform/money/krw.ts';

/** The tax parts as a refund's row keeps them: both, or neither. */
export type KeptTaxParts = { taxFreeAmount: Krw | null; vatAmount: Krw | null };

export function keptTaxParts(parts: TaxParts | null): KeptTaxParts {
  return parts ?? { taxFreeAmount: null, vatAmount: null };
}

/** Null where the row has none: the provider's record of the payment decides then. */
export function taxPartsOfRefund({ taxFreeAmount, vatAmount }: KeptTaxParts): TaxParts | null {
  return taxFreeAmount === null || vatAmount === null ? null : { taxFreeAmount, vatAmount };
}
