import type { Transaction } from '../../../platform/database/transaction.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { lockCarts, readCartsOfGuests, readCartsOfMembers, type Cart } from './cart.store.ts';

/** A member, or whoever has the token with this SHA-256 (in hex). */
export type CartOwner = { memberId: Id } | { tokenHash: string };

/** The owner's cart as it is now, without a lock. */
export async function readOwnCart(
  reader: Parameters<typeof readCartsOfMembers>[0],
  owner: CartOwner,
): Promise<Cart | undefined> {
  const found =
    'memberId' in owner
      ? await readCartsOfMembers(reader, [owner.memberId])
      : await readCartsOfGuests(reader, [owner.tokenHash]);
  return found[0];
}

/** Locks the owner's cart, which is about to change; undefined when there is none. */
export async function lockOwnCart(
  tx: Transaction,
  owner: CartOwner,
  now: Date,
): Promise<Cart | undefined> {
  const found = await readOwnCart(tx, owner);
  if (!found) return undefined;
  // It may be gone by now: merged into a member's, or forgotten.
  const [locked] = await lockCarts(tx, [found.id], now);
  return locked;
}
