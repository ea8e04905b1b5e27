import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import { hashOfSecret, isSecretToken } from '../../../platform/hashing/secret-token.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { readCartsOfGuests } from './cart.store.ts';
import type { CartOwner } from './own-cart.ts';
import { mergeGuestCarts } from './merge-guest-carts.ts';

/** Who asks about a cart: a member, or whoever has a guest's token; members may bring one, too. */
export type Shopper = { memberId: Id | undefined; cartToken: string | undefined };

/** Whose cart a shopper means; undefined for a guest without one. */
export type FindCartOwner = (shopper: Shopper) => Promise<CartOwner | undefined>;

/**
 * Tells whose cart it is about. When a member brings a guest's cart along, its items come to the
 * member's own first: a client that has just logged in sees them at once.
 */
export function createFindCartOwner(parts: {
  database: Database;
  inTransaction: InTransaction;
  clock: Clock;
}): FindCartOwner {
  const { database, inTransaction, clock } = parts;

  return async function findCartOwner({ memberId, cartToken }) {
    const tokenHash = isSecretToken(cartToken)
      ? hashOfSecret(cartToken).toString('hex')
      : undefined;
    if (memberId === undefined) return tokenHash === undefined ? undefined : { tokenHash };
    if (tokenHash !== undefined) await bringCart(memberId, tokenHash);
    return { memberId };
  };

  async function bringCart(memberId: Id, tokenHash: string): Promise<void> {
    // Clients go on sending tokens of carts that are gone: this look costs no transaction.
    const waiting = await readCartsOfGuests(database, [tokenHash]);
    if (waiting.length === 0) return;
    const now = clock.now();
    await inTransaction((tx) => mergeGuestCarts(tx, [{ memberId, tokenHash }], now));
  }
}
