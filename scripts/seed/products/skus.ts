import type { Random } from '../random.ts';
import type { ProductLine } from './product-lines.ts';

/** What can be bought of a product; `priceDelta` is KRW on top of the product's price. */
export type DemoSku = { options: string; priceDelta: number; stock: number };

/** Percents that shops like to give; most products have none. */
const DISCOUNTS = [5, 10, 10, 10, 15, 20, 20, 25, 30, 30, 40, 50];

const plenty = (random: Random): number => random.between(30, 400);
const few = (random: Random): number => random.between(1, 9);

/** Usually plenty; now and then few or none of a product, so that those states can be seen too. */
function drawSupply(random: Random): (random: Random) => number {
  if (random.chance(0.02)) return () => 0;
  return random.chance(0.06) ? few : plenty;
}

export function drawDiscountPercent(random: Random): number {
  return random.chance(0.6) ? 0 : random.pick(DISCOUNTS);
}

/**
 * A list price in KRW and one to four SKUs, of sizes that follow each other. The first one costs
 * the list price; dearer ones add to it, so no SKU can cost nothing or less.
 */
export function drawPricesAndSkus(
  random: Random,
  line: ProductLine,
  priceLevel: number,
): { listPrice: number; skus: DemoSku[] } {
  const all = Object.entries(line.sizes);
  const first = random.chance(0.7) ? 0 : random.below(all.length);
  const sizes = all.slice(first, first + random.between(1, 4));
  const taste = random.between(90, 115) / 100;
  const krwPerFactor = line.price * priceLevel * taste;
  const listPrice = shopPrice(random, krwPerFactor * (sizes[0]?.[1] ?? 1));

  const supply = drawSupply(random);
  const skus = sizes.map(([options, factor], position) => ({
    options,
    priceDelta:
      position === 0 ? 0 : roundedTo(500, Math.max(500, krwPerFactor * factor - listPrice)),
    stock: supply(random),
  }));
  return { listPrice, skus };
}

/** Prices as they stand on Korean labels: 28,000 or 28,900; below 10,000 in hundreds. */
function shopPrice(random: Random, krw: number): number {
  if (krw < 10_000) return roundedTo(100, krw);
  return roundedTo(1_000, krw) - (random.chance(0.4) ? 100 : 0);
}

function roundedTo(unit: number, krw: number): number {
  return Math.round(krw / unit) * unit;
}
