import type { Transaction } from '../../../platform/database/transaction.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { deleteLines } from './cart-lines.store.ts';
import { hasAllOf, type OrderedLine } from './cart.rules.ts';
import { lockCarts } from './cart.store.ts';

/** What an order takes out of the cart that it is placed from. */
export type Taken = { cartId: Id; lines: readonly OrderedLine[] };

/** A cart does not have any more what an order of it was priced for: another one took it, or its owner did. */
export class CartChanged extends Error {
  override readonly name = 'CartChanged';
}

/**
 * Takes what is ordered out of carts (decision 20), in the transaction that stores the orders: of two
 * orders of one cart, the second finds out under the cart's lock. No statement when nothing is from a
 * cart. Throws CartChanged.
 * @param taken at most one order of each cart
 */
export async function takeOutOfCarts(
  tx: Transaction,
  taken: readonly Taken[],
  now: Date,
): Promise<void> {
  if (taken.length === 0) return;
  const locked = await lockCarts(
    tx,
    taken.map(({ cartId }) => cartId),
    now,
  );
  const carts = new Map(locked.map((cart) => [cart.id, cart]));
  for (const { cartId, lines } of taken) {
    if (!hasAllOf(carts.get(cartId)?.lines ?? [], lines)) throw new CartChanged();
  }
  const places = taken.flatMap(({ cartId, lines }) =>
    lines.map(({ skuId }) => ({ cartId, skuId })),
  );
  tx.later(deleteLines(tx, places));
}
