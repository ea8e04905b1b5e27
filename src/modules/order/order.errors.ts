import { defineProblem, type Problem } from '../../platform/errors/problem.ts';
import type { Id } from '../../platform/ids/id.ts';
import type { FailureCode, OrderState } from './order.rules.ts';

const REFUSALS = {
  out_of_stock: defineProblem('conflict', 'out_of_stock', 'Not enough units are left'),
  price_changed: defineProblem('conflict', 'price_changed', 'The price has changed'),
  coupon_rejected: defineProblem(
    'conflict',
    'coupon_rejected',
    'The coupon cannot be used for this order',
  ),
  points_insufficient: defineProblem('conflict', 'points_insufficient', 'Not enough points'),
  payment_declined: defineProblem('conflict', 'payment_declined', 'The payment was declined'),
  payment_timeout: defineProblem('conflict', 'payment_timeout', 'The payment did not come in time'),
  placement_timeout: defineProblem(
    'conflict',
    'placement_timeout',
    'The order could not be decided in time',
  ),
} satisfies Record<FailureCode, unknown>;

/** The problem that tells a client why its placement was refused. */
export function refused(failureCode: FailureCode, orderId: Id): Problem {
  return REFUSALS[failureCode](undefined, { orderId });
}

export const priceChanged = REFUSALS.price_changed;
export const couponRejected = REFUSALS.coupon_rejected;
export const paymentDeclined = REFUSALS.payment_declined;

export const cartEmpty = defineProblem('conflict', 'cart_empty', 'There is nothing in the cart');
export const paymentMethodUnavailable = defineProblem(
  'conflict',
  'payment_method_unavailable',
  'The shop does not take money in this way',
);

export const amountBelowMinimum = defineProblem(
  'conflict',
  'amount_below_minimum',
  'The payment provider takes no payment of so little',
);

const notCancellable = defineProblem(
  'conflict',
  'order_not_cancellable',
  'The order can no longer be cancelled',
);
export const paymentInProgress = defineProblem(
  'conflict',
  'payment_in_progress',
  "The order's payment is being confirmed",
);

/** Why an order in this state cannot be cancelled. */
export function cannotCancel(state: OrderState, detail = `The order is ${state}`): Problem {
  return state === 'confirming' ? paymentInProgress() : notCancellable(detail, { state });
}
