import { MAX_KRW, skuListPrice, skuPrice, type Krw } from '../../../platform/money/krw.ts';
import type { Availability, SkuFacts } from '../copies/copies.rules.ts';

export type CartLine = { skuId: string; quantity: number; addedAt: Date };

/** Whether a line of this SKU can be written: it is there already, or one more may come. */
export function hasRoomFor(lines: readonly CartLine[], skuId: string, maxLines: number): boolean {
  return lines.length < maxLines || lines.some((line) => line.skuId === skuId);
}

/** The lines with this SKU at this quantity. A line that is there already keeps its place. */
export function withLine(lines: readonly CartLine[], wanted: CartLine): CartLine[] {
  const index = lines.findIndex((line) => line.skuId === wanted.skuId);
  const known = lines[index];
  return known ? lines.with(index, { ...known, quantity: wanted.quantity }) : [...lines, wanted];
}

/**
 * A member's lines after a guest's have come to them. Quantities are added; what is above the limits
 * is left behind, and the member's own lines come first there. Lines that stay as they were are the
 * same objects.
 */
export function mergeLines(
  own: readonly CartLine[],
  guests: readonly CartLine[],
  { maxLines, maxQuantity }: { maxLines: number; maxQuantity: number },
): CartLine[] {
  const merged = new Map(own.map((line) => [line.skuId, line]));
  for (const line of guests) {
    const known = merged.get(line.skuId);
    if (known) {
      const quantity = Math.min(known.quantity + line.quantity, maxQuantity);
      merged.set(line.skuId, quantity === known.quantity ? known : { ...known, quantity });
    } else if (merged.size < maxLines) {
      merged.set(line.skuId, line);
    }
  }
  return [...merged.values()];
}

/** Units of a SKU that an order takes out of a cart. */
export type OrderedLine = { skuId: string; quantity: number };

/** Whether a cart still has each of these lines, in the very quantity. It may have more besides. */
export function hasAllOf(lines: readonly CartLine[], ordered: readonly OrderedLine[]): boolean {
  const quantities = new Map(lines.map(({ skuId, quantity }) => [skuId, quantity]));
  return ordered.every(({ skuId, quantity }) => quantities.get(skuId) === quantity);
}

/**
 * A cart's lines after an order that ended unpaid has given back what it took. What was put in
 * meanwhile stays as it is, and comes first where there is no room for all. What comes back has its old
 * place: before all that was put in since.
 * @param takenAt when the order took its lines, which keep their order
 */
export function withGivenBack(
  lines: readonly CartLine[],
  given: readonly OrderedLine[],
  { takenAt, maxLines }: { takenAt: Date; maxLines: number },
): CartLine[] {
  const present = new Set(lines.map((line) => line.skuId));
  const missing = given.flatMap(({ skuId, quantity }, index) => {
    const addedAt = new Date(takenAt.getTime() - given.length + index);
    return present.has(skuId) ? [] : [{ skuId, quantity, addedAt }];
  });
  return [...lines, ...missing.slice(0, Math.max(0, maxLines - lines.length))];
}

export type CartItem = {
  skuId: string;
  productId: string;
  name: string;
  options: string;
  thumbnailUrl: string | null;
  quantity: number;
  listPrice: Krw;
  unitPrice: Krw;
  lineAmount: Krw;
  availability: Availability;
  state: 'on_sale' | 'unavailable';
};

/** A line at the price of this moment. */
export function priceLine(
  { quantity }: CartLine,
  sku: SkuFacts,
  availability: Availability,
): CartItem {
  const { skuId, productId, name, options, thumbnailUrl } = sku;
  const unitPrice = skuPrice(sku.listPrice, sku.discountPercent, sku.priceDelta);
  return {
    skuId,
    productId,
    name,
    options,
    thumbnailUrl,
    quantity,
    listPrice: skuListPrice(sku.listPrice, sku.priceDelta),
    unitPrice,
    lineAmount: atMost(unitPrice * quantity),
    availability,
    state: sku.onSale ? 'on_sale' : 'unavailable',
  };
}

/**
 * What the items cost that can be bought; those sold out or no longer on sale count nothing. At most
 * MAX_KRW, which stands for more: prices may have risen since the items came.
 */
export function amountOf(items: readonly CartItem[]): Krw {
  return atMost(fullAmountOf(items));
}

/** Whether the items together cost more than one order may. */
export function isTooExpensive(items: readonly CartItem[]): boolean {
  return fullAmountOf(items) > MAX_KRW;
}

/** By units and prices, as a line's own amount says no more than the most. */
function fullAmountOf(items: readonly CartItem[]): number {
  return items
    .filter((item) => item.state === 'on_sale' && item.availability !== 'sold_out')
    .reduce((sum, item) => sum + item.unitPrice * item.quantity, 0);
}

function atMost(amount: number): Krw {
  return Math.min(amount, MAX_KRW);
}
