import type { Krw } from '../../../platform/money/krw.ts';
import { vatIn, type TaxParts } from '../../../platform/money/vat.ts';
import type { TaxType } from '../copies/copies.rules.ts';
import { moneyFor, type BoughtLine } from './cancellation.rules.ts';

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
