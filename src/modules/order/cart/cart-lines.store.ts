import { bulkParameter, bulkRows, hex } from '../../../platform/database/bulk.ts';
import { forUpdateOf, hotStatement } from '../../../platform/database/hot-statements.ts';
import { insertInto } from '../../../platform/database/insert-into.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { compareIds, idFromBytes, type Id } from '../../../platform/ids/id.ts';
import { cartItems } from '../order.tables.ts';
import type { CartLine } from './cart.rules.ts';

// As in cart.store.ts, FORCE INDEX keeps small tables from being scanned, and so locked, as a whole.

/** Which line of which cart. */
export type LinePlace = { cartId: Id; skuId: Id };

export type StoredLine = CartLine & { cartId: Id };

const LOCK_LINES = hotStatement(`
  SELECT i.cart_id AS cartId, i.sku_id AS skuId, i.quantity, i.added_at AS addedAt
  FROM ${bulkRows('wanted', { cart_id: 'id', sku_id: 'id' })}
  STRAIGHT_JOIN order_carts AS c FORCE INDEX (PRIMARY) ON c.id = UNHEX(wanted.cart_id)
  STRAIGHT_JOIN order_cart_items AS i FORCE INDEX (PRIMARY)
    ON i.cart_id = c.id AND i.sku_id = UNHEX(wanted.sku_id)
  ${forUpdateOf('c', 'i')}`);

/** Locks lines together with their carts, and gives those that are there. */
export async function lockLines(
  tx: Transaction,
  places: readonly LinePlace[],
): Promise<StoredLine[]> {
  const sorted = places.toSorted(
    (a, b) => compareIds(a.cartId, b.cartId) || compareIds(a.skuId, b.skuId),
  );
  const rows = await tx.select<{
    cartId: Buffer;
    skuId: Buffer;
    quantity: number;
    addedAt: Date;
  }>(LOCK_LINES, [bulkParameter(sorted.map(({ cartId, skuId }) => [hex(cartId), hex(skuId)]))]);
  return rows.map(({ cartId, skuId, ...line }) => ({
    cartId: idFromBytes(cartId),
    skuId: idFromBytes(skuId),
    ...line,
  }));
}

/** Writes lines of locked carts; one that is there already gets the quantity, and keeps its place. */
export const writeLines = insertInto(cartItems, {
  onDuplicate: 'quantity = VALUES(quantity)',
});

const DELETE_LINES = hotStatement(`
  DELETE i FROM ${bulkRows('gone', { cart_id: 'id', sku_id: 'id' })}
  STRAIGHT_JOIN order_cart_items AS i FORCE INDEX (PRIMARY)
    ON i.cart_id = UNHEX(gone.cart_id) AND i.sku_id = UNHEX(gone.sku_id)`);

/** Deletes lines of locked carts; what is not there is passed over. */
export async function deleteLines(tx: Transaction, places: readonly LinePlace[]): Promise<void> {
  await tx.write(DELETE_LINES, [
    bulkParameter(places.map(({ cartId, skuId }) => [hex(cartId), hex(skuId)])),
  ]);
}
