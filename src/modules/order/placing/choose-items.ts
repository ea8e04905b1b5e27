import type { Database } from '../../../platform/database/database.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { readMemberCarts } from '../cart/cart.store.ts';
import { cartEmpty } from '../order.errors.ts';
import type { PriceRequest } from './price-request.ts';

type Items = PriceRequest['items'];

/** A request as a client sends it: without items it means the member's cart. */
export type OpenRequest = Omit<PriceRequest, 'items' | 'cartId'> & { items?: Items | undefined };

export type Chosen = { items: Items; cartId: Id | null };

/**
 * What each request is about: the items that it names, or those of its member's cart. One query for
 * any number, and none when every request names its items. A cart without items is `cart_empty`.
 */
export async function chooseItems(
  database: Database,
  requests: readonly OpenRequest[],
): Promise<(memberId: Id, items: Items | undefined) => Chosen> {
  const members = new Set(
    requests.flatMap(({ items, memberId }) => (items === undefined ? [memberId] : [])),
  );
  const carts = members.size > 0 ? await readMemberCarts(database, [...members]) : new Map();
  return (memberId, items) => {
    if (items !== undefined) return { items, cartId: null };
    const cart = carts.get(memberId);
    if (!cart || cart.items.length === 0) throw cartEmpty();
    return cart;
  };
}
