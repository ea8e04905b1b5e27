import { bulkParameter, bulkRows, hex } from '../../../platform/database/bulk.ts';
import { hotStatement } from '../../../platform/database/hot-statements.ts';
import { insertInto } from '../../../platform/database/insert-into.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { cartItems } from '../order.tables.ts';
import type { CartLine } from './cart.rules.ts';

// As in cart.store.ts, FORCE INDEX keeps small tables from being scanned, and so locked, as a whole.

/** Which line of which cart. */
export type LinePlace = { cartId: Id; skuId: Id };

export type StoredLine = CartLine & { cartId: Id };

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
