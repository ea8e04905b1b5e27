import { Type } from 'typebox';
import { defineEvent, field } from '../../platform/events/define-event.ts';

/** Pay money for an order is set aside. The aggregate is the order's hold. */
export const fundsHeld = defineEvent('user.funds-held', Type.Object({ orderId: field.id() }));

/** The member's funds do not cover an order; nothing is set aside. */
export const fundsRefused = defineEvent(
  'user.funds-refused',
  Type.Object({
    orderId: field.id(),
    reason: Type.Enum(['points_insufficient', 'payment_declined']),
  }),
);
