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

/** Units of one SKU at the most, sold ones included: each of its counters has room for all of them. */
export const MAX_UNITS = 1_000_000_000;

/** All units that a SKU ever got and that did not go out otherwise than by orders. */
export function unitsIn({
  open,
  held,
  sold,
  salePool,
}: StockLevels & { salePool: number }): number {
  return open + held + sold + salePool;
}

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
export type StockChange<Levels extends StockLevels> = Levels & {
  skuId: string;
  availabilityVersion: number;
  crossed: boolean;
};

/** What became of the locked SKUs: those whose units moved, in the order given. */
export function stockChanges<Levels extends StockLevels>(
  before: ReadonlyMap<string, Levels & Pick<Stock, 'availabilityVersion'>>,
  after: ReadonlyMap<string, Levels>,
): StockChange<Levels>[] {
  return [...before].flatMap(([skuId, stock]) => {
    const levels = after.get(skuId) ?? stock;
    if (isSame(stock, levels)) return [];
    const availabilityVersion = availabilityVersionAfter(stock, levels.open);
    const crossed = availabilityVersion !== stock.availabilityVersion;
    return [{ ...levels, skuId, availabilityVersion, crossed }];
  });
}

/** What moves into a flash sale's pool or out of it comes from one of these, or goes there. */
function isSame(a: StockLevels, b: StockLevels): boolean {
  return a.open === b.open && a.held === b.held && a.sold === b.sold;
}
