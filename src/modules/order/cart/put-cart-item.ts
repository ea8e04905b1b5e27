import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import { hashOfSecret, newSecretToken } from '../../../platform/hashing/secret-token.ts';
import { newId, type Id } from '../../../platform/ids/id.ts';
import { MAX_LINES } from '../order.rules.ts';
import { cartFull, cartTooExpensive } from './cart.errors.ts';
import { writeLines } from './cart-lines.store.ts';
import { hasRoomFor, isTooExpensive, withLine, type CartLine } from './cart.rules.ts';
import { insertCarts, type Cart } from './cart.store.ts';
import type { FindCartOwner, Shopper } from './find-cart-owner.ts';
import { lockOwnCart } from './own-cart.ts';
import { refuseUnlessOnSale } from './refuse-unless-on-sale.ts';
import { cartView, type CartView } from './show-cart.ts';

/** What a shopper wants to have of a SKU, 1 to 999 units, however many there were before. */
export type WantedItem = { skuId: Id; quantity: number };

/** `newToken` opens the cart from now on, when a guest has just got one. */
export type PutCartItem = (
  shopper: Shopper,
  item: WantedItem,
) => Promise<{ cart: CartView; newToken: string | undefined }>;

/**
 * Sets the quantity of a SKU in the shopper's cart; whoever has no cart gets one. Throws
 * `validation_failed` for a SKU that is not on sale, `cart_full`, and
 * `cart_too_expensive` for more units than one order could pay for.
 */
export function createPutCartItem(parts: {
  database: Database;
  inTransaction: InTransaction;
  clock: Clock;
  findCartOwner: FindCartOwner;
}): PutCartItem {
  const { database, inTransaction, clock, findCartOwner } = parts;

  return async function putCartItem(shopper, { skuId, quantity }) {
    await refuseUnlessOnSale(database, skuId);
    const owner = await findCartOwner(shopper);
    const now = clock.now();
    const wanted = { skuId, quantity, addedAt: now };
    const token = newSecretToken();
    const fresh = freshCart(shopper.memberId, token);

    const { after, isNew } = await inTransaction(async (tx) => {
      const known = owner && (await lockOwnCart(tx, owner, now));
      if (!known) await insertCarts(tx, [fresh], now);
      const cart = known ?? fresh;
      if (!hasRoomFor(cart.lines, skuId, MAX_LINES)) throw cartFull();
      const shown = await cartView(database, withLine(cart.lines, wanted));
      if (isMore(cart.lines, wanted) && isTooExpensive(shown.items)) throw cartTooExpensive();
      await writeLines(tx, [{ ...wanted, cartId: cart.id }]);
      return { after: shown, isNew: !known };
    });
    const newToken = isNew && shopper.memberId === undefined ? token : undefined;
    return { cart: after, newToken };
  };
}

/** Fewer units are always welcome: prices may have risen since the cart was filled. */
function isMore(lines: readonly CartLine[], { skuId, quantity }: WantedItem): boolean {
  const known = lines.find((line) => line.skuId === skuId);
  return quantity > (known?.quantity ?? 0);
}

function freshCart(memberId: Id | undefined, token: string): Cart {
  const key =
    memberId === undefined
      ? { memberId: null, tokenHash: hashOfSecret(token).toString('hex') }
      : { memberId, tokenHash: null };
  return { id: newId(), ...key, lines: [] };
}
