import type { Krw } from '../../../platform/money/krw.ts';
import { amountBelowMinimum } from '../order.errors.ts';
import type { PaymentMethod } from '../order.rules.ts';

/** The least that a payment method takes, in KRW; 0 where there is no such limit. */
export type MinimumOf = (method: PaymentMethod) => Krw;

/**
 * Throws `amount_below_minimum` for a total that the method cannot take: the order would wait for a
 * payment that never comes. A total of 0 needs nobody to take it.
 */
export function refuseBelowMinimum(
  totalAmount: Krw,
  method: PaymentMethod,
  minimumOf: MinimumOf,
): void {
  const minimumAmount = minimumOf(method);
  if (totalAmount === 0 || totalAmount >= minimumAmount) return;
  throw amountBelowMinimum(`The total is ${totalAmount} KRW, the least is ${minimumAmount} KRW`, {
    totalAmount,
    minimumAmount,
  });
}
