export type ProductState = 'on_sale' | 'hidden' | 'archived';
export type SkuState = 'on_sale' | 'archived';
export type TaxType = 'taxable' | 'exempt';
export type StockEntryKind = 'received' | 'adjusted';
export type Availability = 'in_stock' | 'few_left' | 'sold_out';

const FEW = 5;

/** What shoppers are told of a number of units; the number itself is the shop's own business. */
export function availabilityOf(openQuantity: number): Availability {
  if (openQuantity <= 0) return 'sold_out';
  return openQuantity <= FEW ? 'few_left' : 'in_stock';
}

/** Where a SKU's units are. */
export type StockLevels = { open: number; held: number; sold: number };

/** A line of an order: units of a SKU, and the price that the order took for one. */
export type OrderLine = { skuId: string; quantity: number; unitPrice: number };

export type SkuOnSale = { price: number; onSale: boolean };

export type HoldRefusal = { reason: 'out_of_stock' | 'price_changed'; skuIds: string[] };

/**
 * Whether all lines of an order can be set aside: undefined when they can. Units that two lines of
 * one SKU want are added up before they are compared.
 */
export function refusalOf(
  lines: readonly OrderLine[],
  levels: ReadonlyMap<string, StockLevels>,
  onSale: ReadonlyMap<string, SkuOnSale>,
): HoldRefusal | undefined {
  const short = [...unitsBySku(lines)]
    .filter(([skuId, units]) => {
      const there = onSale.get(skuId)?.onSale === true;
      return !there || units > (levels.get(skuId)?.open ?? 0);
    })
    .map(([skuId]) => skuId);
  if (short.length > 0) return { reason: 'out_of_stock', skuIds: short };
  const changed = lines
    .filter((line) => onSale.get(line.skuId)?.price !== line.unitPrice)
    .map((line) => line.skuId);
  return changed.length > 0 ? { reason: 'price_changed', skuIds: changed } : undefined;
}

export function unitsBySku(
  lines: readonly { skuId: string; quantity: number }[],
): Map<string, number> {
  const units = new Map<string, number>();
  for (const { skuId, quantity } of lines) units.set(skuId, (units.get(skuId) ?? 0) + quantity);
  return units;
}
