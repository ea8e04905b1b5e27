import { Type } from 'typebox';
import { defineEvent, field } from '../../platform/events/define-event.ts';

/** Pay money and points for an order are set aside. The aggregate is the order's hold. */
export const fundsHeld = defineEvent('user.funds-held', Type.Object({ orderId: field.id() }));

/**
 * The member's funds do not cover an order, and nothing is set aside: the points do not, or, as
 * `payment_declined`, the pay money does not. It is never declined for anything else.
 */
export const fundsRefused = defineEvent(
  'user.funds-refused',
  Type.Object({
    orderId: field.id(),
    reason: Type.Enum(['points_insufficient', 'payment_declined']),
  }),
);

/**
 * A member has logged in, and brought the token of a cart that was filled before.
 * The token itself stays secret; its SHA-256 finds the cart.
 */
export const memberLoggedIn = defineEvent(
  'user.member-logged-in',
  Type.Object({ memberId: field.id(), cartKey: field.text(64) }),
);

/** Members whom the shop has; in bulk, for imports and for filling a copy anew. */
export const membersRegistered = defineEvent(
  'user.members-registered',
  Type.Object({ memberIds: Type.Array(field.id()) }),
);
