import type { Clock } from '../../../platform/clock/clock.ts';
import { defineConsumer, type TransactionalConsumer } from '../../../platform/events/consumer.ts';
import { memberLoggedIn } from '../../user/user.events.ts';
import { mergeGuestCarts } from './merge-guest-carts.ts';

/**
 * Brings what a shopper put into a guest's cart into the member's own at login: in the transaction of
 * the login where that works (decision 12), so that its answer finds the cart merged. A cart is merged
 * once, whoever does it and however often it is told. Quantities come to the same in every order;
 * only what finds no room beyond the limits depends on which of several carts comes first.
 */
export function createMergeCartOnLogin({ clock }: { clock: Clock }): TransactionalConsumer {
  return defineConsumer({
    name: 'order.merge-cart-on-login',
    // Apart from the saga: orders must not wait for a cart that someone has in hand.
    lane: 'order-carts',
    atOnce: true,
    on: [memberLoggedIn],
    ordering: 'commutative',
    handle: async (tx, events) => {
      const arrivals = events.map(({ payload: { memberId, cartKey } }) => ({
        memberId,
        tokenHash: cartKey,
      }));
      await mergeGuestCarts(tx, arrivals, clock.now());
    },
  });
}
