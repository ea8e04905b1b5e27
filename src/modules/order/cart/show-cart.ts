import type { Database } from '../../../platform/database/database.ts';
import type { Krw } from '../../../platform/money/krw.ts';
import { readAvailability } from '../copies/availability.store.ts';
import { readSkuFacts } from '../copies/copies.store.ts';
import { amountOf, priceLine, type CartItem, type CartLine } from './cart.rules.ts';
import type { FindCartOwner, Shopper } from './find-cart-owner.ts';
import { readOwnCart } from './own-cart.ts';

export type CartView = {
  /** In the order in which they were added. */
  items: CartItem[];
  itemsAmount: Krw;
};

export type ShowCart = (shopper: Shopper) => Promise<CartView>;

/** A shopper's cart at the prices of this moment; without a cart, an empty one. */
export function createShowCart(parts: {
  database: Database;
  findCartOwner: FindCartOwner;
}): ShowCart {
  const { database, findCartOwner } = parts;

  return async function showCart(shopper) {
    const owner = await findCartOwner(shopper);
    const cart = owner && (await readOwnCart(database, owner));
    return cartView(database, cart?.lines ?? []);
  };
}

/** The lines with what order's own copies say of their SKUs now. */
export async function cartView(database: Database, lines: readonly CartLine[]): Promise<CartView> {
  const skuIds = lines.map((line) => line.skuId);
  const [facts, availability] = await Promise.all([
    readSkuFacts(database, skuIds),
    readAvailability(database, skuIds),
  ]);
  const items = lines.flatMap((line) => {
    const sku = facts.get(line.skuId);
    // While the copy is being filled anew, nothing can be said about what it lacks.
    return sku ? [priceLine(line, sku, availability.get(line.skuId) ?? 'in_stock')] : [];
  });
  return { items, itemsAmount: amountOf(items) };
}
