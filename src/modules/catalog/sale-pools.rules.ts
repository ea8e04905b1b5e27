import type { Stock, StockLevels } from './catalog.rules.ts';
import type { HeldLines, Holding, HoldRefusal, OrderLine, SkuOnSale } from './stock-holds.rules.ts';

/** Where a SKU's units are; `salePool` are those that flash sales have and no order yet. */
export type PooledLevels = StockLevels & { salePool: number };
export type PooledStock = Stock & PooledLevels;

/** The units of a flash sale: open, held and sold add up with those returned to what it got. */
export type SalePool = {
  skuId: string;
  /** What a unit costs in the sale. */
  price: number;
  open: number;
  held: number;
  sold: number;
  /** Went back into the open stock. */
  returned: number;
  isOver: boolean;
};

/**
 * Whether the lines of a flash sale's order can be set aside: undefined when they can. The sale's own
 * price and units count, not those of the open stock; a product that is off sale is so here, too.
 */
export function poolRefusalOf(
  lines: readonly OrderLine[],
  pool: SalePool | undefined,
  onSale: ReadonlyMap<string, SkuOnSale>,
): HoldRefusal | undefined {
  const skuIds = [...new Set(lines.map((line) => line.skuId))];
  const shortages = skuIds.flatMap((skuId) => {
    const isThere = skuId === pool?.skuId && onSale.get(skuId)?.onSale === true;
    const open = isThere && !pool.isOver ? pool.open : 0;
    const units = lines
      .filter((line) => line.skuId === skuId)
      .reduce((sum, line) => sum + line.quantity, 0);
    if (units <= open) return [];
    return [{ skuId, requestedQuantity: units, availableQuantity: open }];
  });
  const short = shortages.map(({ skuId }) => skuId);
  if (short.length > 0) return { reason: 'out_of_stock', skuIds: short, shortages };
  const hasOtherPrice = lines.some((line) => line.unitPrice !== pool?.price);
  return hasOtherPrice ? { reason: 'price_changed', skuIds, shortages } : undefined;
}

/** Units that a hold has and that were not cancelled. */
export function keptUnits({ lines, place }: Holding): number {
  return place === 'open' ? 0 : unitsLeft(lines);
}

function unitsLeft(lines: HeldLines): number {
  return lines.reduce((sum, [, quantity, cancelled = 0]) => sum + quantity - cancelled, 0);
}

/**
 * Puts back what a flash sale's order kept before, and takes what it keeps now. While the sale lasts
 * units come from its pool and go back there; when it is over they go into the open stock. Changes
 * the levels and the pool.
 */
export function movePooledUnits(
  levels: PooledLevels,
  pool: SalePool,
  before: Holding,
  after: Holding,
): void {
  take(levels, pool, before, -1);
  take(levels, pool, after, 1);
}

function take(levels: PooledLevels, pool: SalePool, holding: Holding, sign: 1 | -1): void {
  const { place } = holding;
  if (place === 'open') return;
  const units = sign * keptUnits(holding);
  if (pool.isOver) {
    pool.returned -= units;
    levels.open -= units;
  } else {
    pool.open -= units;
    levels.salePool -= units;
  }
  pool[place] += units;
  levels[place] += units;
}

/**
 * Sets units aside for a sale: as many as it wants, or as are open. Changes the levels.
 * @param levels of its SKU; undefined when there is no such SKU
 */
export function fillPool(
  levels: PooledLevels | undefined,
  wanted: { skuId: string; price: number; quantity: number },
): SalePool {
  const { skuId, price } = wanted;
  const units = Math.min(wanted.quantity, levels?.open ?? 0);
  if (levels) {
    levels.open -= units;
    levels.salePool += units;
  }
  return { skuId, price, open: units, held: 0, sold: 0, returned: 0, isOver: false };
}

/**
 * Ends a sale: what no order has goes back into the open stock. Changes the levels and the pool.
 * @param levels of its SKU; undefined when there is no such SKU, and the pool never had a unit
 * @returns how many units went back
 */
export function emptyPool(levels: PooledLevels | undefined, pool: SalePool): number {
  const units = pool.open;
  pool.isOver = true;
  pool.open = 0;
  pool.returned += units;
  if (levels) {
    levels.salePool -= units;
    levels.open += units;
  }
  return units;
}
