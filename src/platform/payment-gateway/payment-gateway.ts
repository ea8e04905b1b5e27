import type { Krw, TaxParts } from '../money/krw.ts';

/** Whom the shop can let take an order's money. */
export type PaymentProviderName = 'toss' | 'kakaopay';

export type PrepareRequest = {
  orderId: string;
  memberId: string;
  /** What the shopper reads at the provider; its first 100 characters are used. */
  orderName: string;
  /** How many units the order has. */
  quantity: number;
  /** What is to be paid, in KRW, at least 1. */
  amount: Krw;
  /** What of the amount is free of VAT, and the VAT that the rest includes. */
  taxParts: TaxParts;
};

export type Prepared = {
  /** The provider's own key of the payment, up to 200 characters. */
  providerKey: string;
  /** Where the shopper approves the payment, up to 1000 characters. */
  redirectUrl: string;
};

export type ConfirmRequest = {
  providerKey: string;
  /** What the shopper's approval came with; null where the provider gives none. */
  approvalToken: string | null;
  orderId: string;
  memberId: string;
  /** What is to be charged, in KRW. */
  amount: Krw;
};

/**
 * What became of a request to charge, amounts in KRW. `paid` tells what has gone back since: a payment
 * may be cancelled at the provider before the shop hears of it. `declined` is final: nothing is charged
 * and nothing will be.
 * `unknown` is everything in between: the money may have been taken, may still be taken, or not; only
 * looking the payment up tells.
 */
export type Confirmation =
  | { outcome: 'paid'; refundedAmount: Krw }
  | { outcome: 'declined'; code: string }
  | { outcome: 'unknown' };

export type LookUpRequest = { providerKey: string; orderId: string };

/** Money that went back because the shop asked for it, by the id that it asked with. */
export type RefundSeen = { refundId: string; amount: Krw };

/**
 * What a provider took and has given back. What `refundedAmount` holds beyond `refunds` went back
 * without the shop: at the provider's console, or by the provider itself.
 */
export type Taken = { amount: Krw; refundedAmount: Krw; refunds: readonly RefundSeen[] };

/**
 * What the provider knows of a payment, amounts in KRW. `pending`: known and not approved, may still
 * become paid. `declined`: final, as above. `nothing`: the provider has no such payment; right after
 * a time-out that is not final, as the request may still arrive.
 */
export type LookedUp =
  | ({ found: 'paid' } & Taken)
  | { found: 'pending' }
  | { found: 'declined'; code: string }
  | { found: 'nothing' };

export type RefundRequest = {
  providerKey: string;
  /** Names the refund for good: however often it is asked for, money goes back once. */
  refundId: string;
  /** What goes back, in KRW, at least 1. */
  amount: Krw;
  /**
   * The tax parts of the amount, the same at each repetition. Null where they are not known: the
   * provider's record of the payment decides then. All that is left always takes the rest of both.
   */
  taxParts: TaxParts | null;
  /** Shown to the shopper by the provider; its first 150 characters are used. */
  reason: string;
};

/**
 * A payment provider, without its HTTP. None of this may be called inside a database transaction:
 * each call takes up to the configured time (`SHOP_PAYMENT_CALL_TIMEOUT_MS`). Errors are those of
 * payment-errors.ts.
 */
export interface PaymentGateway {
  /** The provider takes no payment of less, in KRW. */
  readonly minimumAmount: Krw;

  /**
   * Announces a payment, where the provider wants that, and tells where the shopper approves it; null
   * where the shopper's page begins the payment by itself. Asking again announces another payment;
   * the one that nobody approves expires. Throws ProviderUnavailable or ProviderRefused.
   */
  prepare(request: PrepareRequest): Promise<Prepared | null>;

  /**
   * Charges what the shopper approved. Throws PaymentDiffers when the provider charged something else
   * than was asked for: the money is gone, and the order is not paid.
   */
  confirm(request: ConfirmRequest): Promise<Confirmation>;

  /**
   * Asks what became of a payment. Throws ProviderUnavailable or ProviderRefused when it cannot be
   * asked, and PaymentDiffers when it is paid in another currency.
   */
  lookUp(request: LookUpRequest): Promise<LookedUp>;

  /**
   * Gives money back. Resolves when the provider has done it, by this call or by an earlier one.
   * Throws RefundRefused when the provider never will; after any other error it is to be called again.
   */
  refund(request: RefundRequest): Promise<void>;
}

/** A payment that the shop does not take: the money would come days after the order. */
export const VIRTUAL_ACCOUNT_NOT_SUPPORTED = 'VIRTUAL_ACCOUNT_NOT_SUPPORTED';

/** The key names a payment, but of another order: it pays nothing here. */
export const PAYMENT_OF_ANOTHER_ORDER = 'PAYMENT_OF_ANOTHER_ORDER';
