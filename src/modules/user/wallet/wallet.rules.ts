import type { Krw } from '../../../platform/money/krw.ts';

export type WalletEntryKind = 'grant' | 'payment' | 'refund';

/** Pay money, by where it came from: the member's own pocket or the shop's. */
export type Funds = { readonly paidAmount: Krw; readonly freeAmount: Krw };

export const NO_FUNDS: Funds = { paidAmount: 0, freeAmount: 0 };

export function totalOf(funds: Funds): Krw {
  return funds.paidAmount + funds.freeAmount;
}

/**
 * What is taken out of a balance to pay `amount`: free money first, as it could not be paid out
 * anyway. Undefined when the balance does not cover the whole amount; there is no part payment.
 */
export function fundsFor(amount: Krw, balance: Funds): Funds | undefined {
  if (amount > totalOf(balance)) return undefined;
  const freeAmount = Math.min(amount, balance.freeAmount);
  return { paidAmount: amount - freeAmount, freeAmount };
}

export function plus(a: Funds, b: Funds): Funds {
  return { paidAmount: a.paidAmount + b.paidAmount, freeAmount: a.freeAmount + b.freeAmount };
}

export function minus(a: Funds, b: Funds): Funds {
  return { paidAmount: a.paidAmount - b.paidAmount, freeAmount: a.freeAmount - b.freeAmount };
}
