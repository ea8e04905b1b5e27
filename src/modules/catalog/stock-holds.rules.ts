import type { StockLevels } from './catalog.rules.ts';

/** A line of an order: units of a SKU, and the price that the order took for one. */
export type OrderLine = { skuId: string; quantity: number; unitPrice: number };

export type SkuOnSale = { price: number; onSale: boolean };

/** Units that an order wanted of a SKU, and fewer that it could have had: 0 when it is not sold. */
export type Shortage = { skuId: string; requestedQuantity: number; availableQuantity: number };

export type HoldRefusal = {
  reason: 'out_of_stock' | 'price_changed';
  skuIds: string[];
  /** Of out_of_stock: one for each of the SKUs. */
  shortages: Shortage[];
};

/**
 * Whether all lines of an order can be set aside: undefined when they can. Units that two lines of
 * one SKU want are added up before they are compared.
 */
export function refusalOf(
  lines: readonly OrderLine[],
  levels: ReadonlyMap<string, StockLevels>,
  onSale: ReadonlyMap<string, SkuOnSale>,
): HoldRefusal | undefined {
  const shortages = [...unitsBySku(lines)].flatMap(([skuId, units]): Shortage[] => {
    const isThere = onSale.get(skuId)?.onSale === true;
    const open = isThere ? (levels.get(skuId)?.open ?? 0) : 0;
    if (units <= open) return [];
    return [{ skuId, requestedQuantity: units, availableQuantity: open }];
  });
  const short = shortages.map(({ skuId }) => skuId);
  if (short.length > 0) return { reason: 'out_of_stock', skuIds: short, shortages };
  const changed = lines
    .filter((line) => onSale.get(line.skuId)?.price !== line.unitPrice)
    .map((line) => line.skuId);
  return changed.length > 0
    ? { reason: 'price_changed', skuIds: changed, shortages: [] }
    : undefined;
}

type SkuUnits = { skuId: string; quantity: number };

export function unitsBySku(lines: readonly SkuUnits[]): Map<string, number> {
  const units = new Map<string, number>();
  for (const { skuId, quantity } of lines) units.set(skuId, (units.get(skuId) ?? 0) + quantity);
  return units;
}

/** Units of a SKU that an order has set aside, and how many of them were cancelled since. */
type HeldLine = readonly [skuId: string, quantity: number, cancelled?: number];

/** What an order has set aside: each SKU once. */
export type HeldLines = readonly HeldLine[];

/**
 * The lines with so many units of each SKU cancelled, all cancellations until now added up: a
 * cancellation that comes late never takes units back. The same lines when none more are cancelled.
 * Throws when more are cancelled than were set aside: some other order would lose its units.
 */
export function cancelUpTo(lines: HeldLines, soFar: readonly SkuUnits[]): HeldLines {
  const totals = unitsBySku(soFar);
  const foreign = [...totals.keys()].find((skuId) => !lines.some(([held]) => held === skuId));
  if (foreign !== undefined) throw new Error(`the order never held the SKU ${foreign}`);
  const after = lines.map((line) => cancelLineUpTo(line, totals.get(line[0]) ?? 0));
  return after.some((line, index) => line !== lines[index]) ? after : lines;
}

function cancelLineUpTo(line: HeldLine, total: number): HeldLine {
  const [skuId, quantity, cancelled = 0] = line;
  if (total > quantity) throw new Error(`the order held only ${quantity} units of ${skuId}`);
  return total > cancelled ? [skuId, quantity, total] : line;
}

/** What a hold has taken, and where it keeps it; `open` when it keeps nothing. */
export type Holding = { lines: HeldLines; place: keyof StockLevels };

/** Puts back what an order's hold kept before, and takes what it keeps now. Changes the levels. */
export function moveUnits(
  levels: ReadonlyMap<string, StockLevels>,
  before: Holding,
  after: Holding,
): void {
  take(levels, before, -1);
  take(levels, after, 1);
}

function take(
  levels: ReadonlyMap<string, StockLevels>,
  { lines, place }: Holding,
  sign: 1 | -1,
): void {
  if (place === 'open') return;
  for (const [skuId, quantity, cancelled = 0] of lines) {
    const level = levels.get(skuId);
    if (!level) throw new Error(`the SKU ${skuId} has no stock row`);
    const units = sign * (quantity - cancelled);
    level.open -= units;
    level[place] += units;
  }
}
