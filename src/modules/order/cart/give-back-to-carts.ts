import type { Transaction } from '../../../platform/database/transaction.ts';
import { idTimeMs, type Id } from '../../../platform/ids/id.ts';
import { MAX_LINES } from '../order.rules.ts';
import { readEventLines } from '../order.store.ts';
import { writeLines } from './cart-lines.store.ts';
import { withGivenBack, type CartLine, type OrderedLine } from './cart.rules.ts';
import { lockCarts } from './cart.store.ts';

/** An order that has ended without being paid. */
export type UnpaidOrder = {
  id: Id;
  /** The cart that it was placed from; null when it names its items itself. */
  cartId: Id | null;
};

/**
 * Gives carts back what orders took out of them that have ended unpaid (decision 20), in the
 * transaction that ends the orders, and so once. Locks the carts, after whatever the transaction has
 * locked of orders. No statement when none of them is from a cart.
 * @param known the orders' lines, where they are known; read otherwise
 */
export async function giveBackToCarts(
  tx: Transaction,
  orders: readonly UnpaidOrder[],
  now: Date,
  known?: ReadonlyMap<Id, readonly OrderedLine[]>,
): Promise<void> {
  const ended = orders.flatMap(({ id, cartId }) => (cartId === null ? [] : [{ id, cartId }]));
  if (ended.length === 0) return;
  const ids = ended.map(({ id }) => id);
  const given = known ?? (await readEventLines(tx, ids));

  const cartIds = new Set(ended.map(({ cartId }) => cartId));
  const locked = await lockCarts(tx, [...cartIds], now);
  const before = new Map(locked.map((cart) => [cart.id, cart.lines]));
  const after = new Map<Id, CartLine[]>(before);
  for (const { id, cartId } of ended) {
    const lines = after.get(cartId);
    if (!lines) continue;
    const terms = { takenAt: new Date(idTimeMs(id)), maxLines: MAX_LINES };
    after.set(cartId, withGivenBack(lines, given.get(id) ?? [], terms));
  }
  const back = [...after].flatMap(([cartId, lines]) =>
    lines.slice(before.get(cartId)?.length).map((line) => ({ ...line, cartId })),
  );
  if (back.length > 0) tx.later(writeLines(tx, back));
}
