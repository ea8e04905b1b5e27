import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { deleteLines } from './cart-lines.store.ts';
import type { FindCartOwner, Shopper } from './find-cart-owner.ts';
import { lockOwnCart } from './own-cart.ts';
import { cartView, type CartView } from './show-cart.ts';

export type RemoveCartItem = (shopper: Shopper, skuId: Id) => Promise<CartView>;

/** Takes a SKU out of the shopper's cart, and gives what is left; one that is not there stays away. */
export function createRemoveCartItem(parts: {
  database: Database;
  inTransaction: InTransaction;
  clock: Clock;
  findCartOwner: FindCartOwner;
}): RemoveCartItem {
  const { database, inTransaction, clock, findCartOwner } = parts;

  return async function removeCartItem(shopper, skuId) {
    const owner = await findCartOwner(shopper);
    if (!owner) return cartView(database, []);
    const now = clock.now();
    const left = await inTransaction(async (tx) => {
      const cart = await lockOwnCart(tx, owner, now);
      if (!cart) return [];
      await deleteLines(tx, [{ cartId: cart.id, skuId }]);
      return cart.lines.filter((line) => line.skuId !== skuId);
    });
    return cartView(database, left);
  };
}
