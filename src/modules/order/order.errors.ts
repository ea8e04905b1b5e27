import { defineProblem, type Problem } from '../../platform/errors/problem.ts';
import { invalidInput } from '../../platform/errors/validation-error.ts';
import type { Id } from '../../platform/ids/id.ts';
import type { FailureCode, FailureReason, OrderState, Shortage } from './order.rules.ts';

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

const DETAILS: Record<FailureReason, string> = {
  coupon_without_benefit: 'The coupon takes nothing off this order; it is kept for another one',
  insufficient_funds: 'The pay money in the wallet does not cover the order',
};

/** What there is to say of a failed order beside its failure code. */
type FailureDetails = {
  failureReason: FailureReason | null;
  /** What was missing; empty when nothing is known to be. */
  failureSkus?: readonly Shortage[];
};

/** The problem that tells a client why its placement was refused. */
export function refused(
  failureCode: FailureCode,
  orderId: Id,
  { failureReason: reason, failureSkus: skus = [] }: FailureDetails,
): Problem {
  return REFUSALS[failureCode](reason === null ? undefined : DETAILS[reason], {
    orderId,
    ...(reason === null ? {} : { reason }),
    ...(skus.length > 0 ? { skus } : {}),
  });
}

/**
 * `validation_failed` that names the SKUs, which a client that orders its cart never sent.
 * @param places of the SKUs in the request; with an empty path where they come from the cart
 * @param message what is wrong with each of them
 */
export function unbuyable(
  places: readonly { skuId: Id; path: string }[],
  message: string,
): Problem {
  const errors = places.map(({ skuId, path }) => ({
    path,
    message: path === '' ? `the SKU ${skuId} of the cart ${message}` : message,
  }));
  return invalidInput(errors, { skus: places.map(({ skuId }) => ({ skuId })) });
}

export const priceChanged = REFUSALS.price_changed;
export const couponRejected = REFUSALS.coupon_rejected;

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
