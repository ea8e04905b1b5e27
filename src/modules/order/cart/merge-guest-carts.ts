import type { Transaction } from '../../../platform/database/transaction.ts';
import { newId, type Id } from '../../../platform/ids/id.ts';
import { MAX_LINES, MAX_QUANTITY } from '../order.rules.ts';
import { writeLines, type StoredLine } from './cart-lines.store.ts';
import { mergeLines, type CartLine } from './cart.rules.ts';
import {
  deleteCarts,
  insertCarts,
  lockCarts,
  readCartsOfGuests,
  readCartsOfMembers,
} from './cart.store.ts';

const LIMITS = { maxLines: MAX_LINES, maxQuantity: MAX_QUANTITY };

/** A member who has come with the token of a guest's cart. */
export type Arrival = {
  memberId: Id;
  /** In hex. */
  tokenHash: string;
};

/** A guest's cart that goes, and the member's cart that its lines go to. */
type Move = { guestCartId: Id; ownCartId: Id };

/**
 * Moves the items of guests' carts into the carts of the members who brought their tokens. A guest's
 * cart that is gone, because it was merged before, changes nothing.
 */
export async function mergeGuestCarts(
  tx: Transaction,
  arrivals: readonly Arrival[],
  now: Date,
): Promise<void> {
  const moves = await findMoves(tx, arrivals, now);
  if (moves.length === 0) return;

  const ids = new Set(moves.flatMap(({ guestCartId, ownCartId }) => [guestCartId, ownCartId]));
  const locked = await lockCarts(tx, [...ids], now);
  const before = new Map(locked.map((cart) => [cart.id, cart.lines]));
  const after = new Map<Id, readonly CartLine[]>(before);
  const emptied: Id[] = [];
  for (const { guestCartId, ownCartId } of moves) {
    const brought = after.get(guestCartId);
    const own = after.get(ownCartId);
    // Someone else has merged it meanwhile, or an earlier arrival of this batch.
    if (!brought || !own) continue;
    after.set(ownCartId, mergeLines(own, brought, LIMITS));
    after.delete(guestCartId);
    emptied.push(guestCartId);
  }

  const changed = [...after].flatMap(([cartId, lines]) =>
    changedLines(cartId, before.get(cartId), lines),
  );
  if (changed.length > 0) await writeLines(tx, changed);
  if (emptied.length > 0) await deleteCarts(tx, emptied);
}

/** Which cart goes into which; members who have none yet are given one. */
async function findMoves(
  tx: Transaction,
  arrivals: readonly Arrival[],
  now: Date,
): Promise<Move[]> {
  const hashes = new Set(arrivals.map((arrival) => arrival.tokenHash));
  const guests = new Map(
    (await readCartsOfGuests(tx, [...hashes])).map((cart) => [cart.tokenHash, cart.id]),
  );
  const open = arrivals.filter((arrival) => guests.has(arrival.tokenHash));
  const own = await openCarts(
    tx,
    open.map((arrival) => arrival.memberId),
    now,
  );
  return open.flatMap(({ memberId, tokenHash }) => {
    const guestCartId = guests.get(tokenHash);
    const ownCartId = own.get(memberId);
    return guestCartId && ownCartId ? [{ guestCartId, ownCartId }] : [];
  });
}

/** The ids of the members' carts, by member. */
async function openCarts(
  tx: Transaction,
  memberIds: readonly Id[],
  now: Date,
): Promise<Map<Id, Id>> {
  const wanted = [...new Set(memberIds)].toSorted();
  const known = await readCartsOfMembers(tx, wanted);
  const ids = new Map(known.flatMap(({ id, memberId }) => (memberId ? [[memberId, id]] : [])));
  const fresh = wanted
    .filter((memberId) => !ids.has(memberId))
    .map((memberId) => ({ id: newId(), memberId, tokenHash: null }));
  if (fresh.length > 0) await insertCarts(tx, fresh, now);
  for (const { memberId, id } of fresh) ids.set(memberId, id);
  return ids;
}

function changedLines(
  cartId: Id,
  before: readonly CartLine[] | undefined,
  after: readonly CartLine[],
): StoredLine[] {
  return after.filter((line) => !before?.includes(line)).map((line) => ({ cartId, ...line }));
}
