import { vatIn, type Krw, type TaxParts } from '../money/krw.ts';

/** What can still go back of a payment, as its provider's record has it. */
export type Left = TaxParts & { amount: Krw };

/**
 * The tax parts that a refund is sent with: the wanted ones, as far as what is left allows. A provider
 * refuses a refund whose tax-free part or VAT is more than is left; and what then stays must be able
 * to go back, so its parts must not be more than its amount. The refund of all that is left has
 * exactly its parts.
 * @param amount what goes back, in KRW
 * @param wanted null where the refund names none: what is taxed goes first, and the VAT of what stays
 * is a tenth of it
 */
export function taxPartsWithin(left: Left, amount: Krw, wanted: TaxParts | null): TaxParts {
  const taxedLeft = left.amount - left.taxFreeAmount;
  const taxFreeAmount = between(
    Math.max(0, amount - taxedLeft),
    wanted?.taxFreeAmount ?? 0,
    Math.min(amount, left.taxFreeAmount),
  );
  const taxed = amount - taxFreeAmount;
  const staysTaxed = taxedLeft - taxed;
  const vatAmount = between(
    Math.max(0, left.vatAmount - staysTaxed),
    wanted?.vatAmount ?? left.vatAmount - vatIn(staysTaxed),
    Math.min(taxed, left.vatAmount),
  );
  return { taxFreeAmount, vatAmount };
}

function between(least: number, wanted: number, most: number): number {
  return Math.min(Math.max(least, wanted), most);
}
