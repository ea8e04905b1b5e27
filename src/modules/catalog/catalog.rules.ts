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

/** Where they are, and how often its availability has changed. */
export type Stock = StockLevels & { availabilityVersion: number };

/** The version of a SKU's availability after its open units changed: it rises with the class only. */
export function availabilityVersionAfter(
  before: Pick<Stock, 'open' | 'availabilityVersion'>,
  openAfter: number,
): number {
  const same = availabilityOf(before.open) === availabilityOf(openAfter);
  return before.availabilityVersion + (same ? 0 : 1);
}

/** A SKU's stock as it is to be written; `crossed` when its availability is another one now. */
export type StockChange = Stock & { skuId: string; crossed: boolean };

/** What became of the locked SKUs: those whose units moved, in the order given. */
export function stockChanges(
  before: ReadonlyMap<string, Stock>,
  after: ReadonlyMap<string, StockLevels>,
): StockChange[] {
  return [...before].flatMap(([skuId, stock]) => {
    const levels = after.get(skuId) ?? stock;
    if (isSame(stock, levels)) return [];
    const availabilityVersion = availabilityVersionAfter(stock, levels.open);
    const crossed = availabilityVersion !== stock.availabilityVersion;
    return [{ skuId, ...levels, availabilityVersion, crossed }];
  });
}

function isSame(a: StockLevels, b: StockLevels): boolean {
  return a.open === b.open && a.held === b.held && a.sold === b.sold;
}
