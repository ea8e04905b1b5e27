import { and, isNull, lt } from 'drizzle-orm';
import {
  bulkParameter,
  bulkRows,
  hex,
  idsInLockOrder,
  sqlMoment,
} from '../../../platform/database/bulk.ts';
import { hotStatement } from '../../../platform/database/hot-statements.ts';
import { insertInto } from '../../../platform/database/insert-into.ts';
import type { Database } from '../../../platform/database/database.ts';
import { insertFresh } from '../../../platform/database/sql-error.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { idFromBytes, type Id } from '../../../platform/ids/id.ts';
import { carts } from '../order.tables.ts';
import type { CartLine } from './cart.rules.ts';

// Whoever writes lines of a cart has its row locked first, so between lockCarts() and the commit
// nobody else changes them. Rows of several carts are locked in the order of their ids.
// FORCE INDEX, because a table of few rows is scanned otherwise, and a scan waits for every row that
// anybody has locked.

export type Cart = {
  id: Id;
  /** Null for a guest's. */
  memberId: Id | null;
  /** In hex; null for a member's. */
  tokenHash: string | null;
  /** In the order in which they were added. */
  lines: CartLine[];
};

type Reader = Pick<Database, 'select'>;

type CartRow = { id: Buffer; memberId: Buffer | null; tokenHash: Buffer | null } & (
  | { skuId: Buffer; quantity: number; addedAt: Date }
  | { skuId: null }
);

const WITH_LINES = `
  LEFT JOIN order_cart_items AS i ON i.cart_id = c.id
  ORDER BY i.added_at, i.sku_id`;

const CART_LINE = `
  c.id, c.member_id AS memberId, c.token_hash AS tokenHash, i.sku_id AS skuId, i.quantity,
  i.added_at AS addedAt`;

const CARTS_BY = {
  id: hotStatement(`
    SELECT ${CART_LINE}
    FROM ${bulkRows('wanted', { id: 'id' })}
    STRAIGHT_JOIN order_carts AS c ON c.id = UNHEX(wanted.id) ${WITH_LINES}`),
  member: hotStatement(`
    SELECT ${CART_LINE}
    FROM ${bulkRows('wanted', { member_id: 'id' })}
    STRAIGHT_JOIN order_carts AS c ON c.member_id = UNHEX(wanted.member_id) ${WITH_LINES}`),
  token: hotStatement(`
    SELECT ${CART_LINE}
    FROM ${bulkRows('wanted', { token_hash: 'varchar' })}
    STRAIGHT_JOIN order_carts AS c ON c.token_hash = UNHEX(wanted.token_hash) ${WITH_LINES}`),
};

async function readCarts(
  reader: Reader,
  statement: string,
  sought: readonly string[],
): Promise<Cart[]> {
  if (sought.length === 0) return [];
  const rows = await reader.select<CartRow>(statement, [
    bulkParameter(sought.map((value) => [value])),
  ]);
  const found = new Map<Id, Cart>();
  for (const row of rows) {
    const id = idFromBytes(row.id);
    const cart = found.get(id) ?? {
      id,
      memberId: row.memberId && idFromBytes(row.memberId),
      tokenHash: row.tokenHash && row.tokenHash.toString('hex'),
      lines: [],
    };
    found.set(id, cart);
    if (row.skuId === null) continue;
    const { quantity, addedAt } = row;
    cart.lines.push({ skuId: idFromBytes(row.skuId), quantity, addedAt });
  }
  return [...found.values()];
}

/**
 * What members have in their carts, by member, in the order in which it was added: one statement for
 * any number. A member who never had a cart is left out.
 */
export async function readMemberCarts(
  reader: Reader,
  memberIds: readonly Id[],
): Promise<Map<Id, { cartId: Id; items: { skuId: Id; quantity: number }[] }>> {
  const members = await readCartsOfMembers(reader, memberIds);
  return new Map(
    members.flatMap(({ id: cartId, memberId, lines }) => {
      const items = lines.map(({ skuId, quantity }) => ({ skuId, quantity }));
      return memberId === null ? [] : [[memberId, { cartId, items }]];
    }),
  );
}

/** The carts that members have, without locks. */
export async function readCartsOfMembers(
  reader: Reader,
  memberIds: readonly Id[],
): Promise<Cart[]> {
  return readCarts(reader, CARTS_BY.member, memberIds.map(hex));
}

/**
 * The carts that guests' tokens open, without locks.
 * @param tokenHashes in hex
 */
export async function readCartsOfGuests(
  reader: Reader,
  tokenHashes: readonly string[],
): Promise<Cart[]> {
  return readCarts(reader, CARTS_BY.token, tokenHashes);
}

type NewCart = Pick<Cart, 'id' | 'memberId' | 'tokenHash'>;

const insertRows = insertInto(carts);

/** Stores carts without lines. Throws ConcurrentChange when one of the members has got a cart. */
export async function insertCarts(
  tx: Transaction,
  fresh: readonly NewCart[],
  now: Date,
): Promise<void> {
  const rows = fresh.map((cart) => ({
    ...cart,
    tokenHash: cart.tokenHash === null ? null : Buffer.from(cart.tokenHash, 'hex'),
    changedAt: now,
  }));
  await insertFresh(insertRows(tx, rows));
}

const LOCK_CARTS = hotStatement(`
  UPDATE ${bulkRows('wanted', { id: 'id' })}
  STRAIGHT_JOIN order_carts AS c FORCE INDEX (PRIMARY) ON c.id = UNHEX(wanted.id)
  SET c.changed_at = ?`);

/** Locks carts that are about to change, and gives those that are still there as they are now. */
export async function lockCarts(tx: Transaction, ids: readonly Id[], now: Date): Promise<Cart[]> {
  await tx.write(LOCK_CARTS, [idsInLockOrder(ids), sqlMoment(now)]);
  return readCarts(tx, CARTS_BY.id, ids.map(hex));
}

const DELETE_THEIR_LINES = hotStatement(`
  DELETE i FROM ${bulkRows('gone', { id: 'id' })}
  STRAIGHT_JOIN order_cart_items AS i FORCE INDEX (PRIMARY) ON i.cart_id = UNHEX(gone.id)`);

const DELETE_CARTS = hotStatement(`
  DELETE c FROM ${bulkRows('gone', { id: 'id' })}
  STRAIGHT_JOIN order_carts AS c FORCE INDEX (PRIMARY) ON c.id = UNHEX(gone.id)`);

/** Deletes locked carts with their lines. */
export async function deleteCarts(tx: Transaction, ids: readonly Id[]): Promise<void> {
  const gone = idsInLockOrder(ids);
  await tx.write(DELETE_THEIR_LINES, [gone]);
  await tx.write(DELETE_CARTS, [gone]);
}

/**
 * Locks up to `limit` guests' carts that nobody changed since `before`. Those that someone has in
 * hand at this moment are passed over: they are about to change, or to go.
 */
export async function lockForgottenCarts(
  tx: Transaction,
  before: Date,
  limit: number,
): Promise<Id[]> {
  const rows = await tx.orm
    .select({ id: carts.id })
    .from(carts)
    .where(and(isNull(carts.memberId), lt(carts.changedAt, before)))
    .limit(limit)
    .for('update', { skipLocked: true });
  return rows.map((row) => row.id);
}
