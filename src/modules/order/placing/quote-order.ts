import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { KnownSkus } from '../copies/known-skus.ts';
import { couponRejected, paymentMethodUnavailable } from '../order.errors.ts';
import type { PaymentMethod } from '../order.rules.ts';
import { awaitCopies } from './await-copies.ts';
import { chooseItems, type OpenRequest } from './choose-items.ts';
import { priceRequest } from './price-request.ts';
import type { ShippingTerms } from './pricing.rules.ts';
import { quoteOf, type Quote } from './quote.ts';
import { readFacts } from './read-facts.ts';
import { refuseBelowMinimum, type MinimumOf } from './refuse-below-minimum.ts';

export type QuoteRequest = OpenRequest & {
  /** How it is to be paid; undefined while the shopper has not chosen. */
  paymentMethod?: PaymentMethod | undefined;
};

export type QuoteOrder = (request: QuoteRequest) => Promise<Quote>;

/**
 * What an order would cost now, by the code that prices orders; nothing is stored. Whether stock and
 * balances suffice shows when the order is placed. A coupon that would be spent for nothing is no reason
 * not to quote: the quote says that it is of no use. Throws `validation_failed`, `cart_empty`,
 * `coupon_rejected` for a coupon that cannot be used at all, and for the payment method, where one is
 * given, `payment_method_unavailable` and `amount_below_minimum`.
 */
export function createQuoteOrder(parts: {
  database: Database;
  knownSkus: KnownSkus;
  clock: Clock;
  shipping: ShippingTerms;
  /** Whether the shop takes money in this way. */
  accepts: (method: PaymentMethod) => boolean;
  minimumOf: MinimumOf;
}): QuoteOrder {
  const { database, knownSkus, clock, shipping, accepts, minimumOf } = parts;

  return async function quoteOrder({ paymentMethod, ...request }) {
    if (paymentMethod && !accepts(paymentMethod)) throw paymentMethodUnavailable();
    return awaitCopies(async () => {
      const choose = await chooseItems(database, [request]);
      const chosen = { ...request, ...choose(request.memberId, request.items) };
      const facts = await readFacts({ database, knownSkus }, [chosen]);
      const { price, coupon } = priceRequest(chosen, facts, shipping, clock.now());
      if (coupon?.refusal === 'coupon_rejected') throw couponRejected();
      if (paymentMethod) refuseBelowMinimum(price.totalAmount, paymentMethod, minimumOf);
      return quoteOf(price, coupon);
    });
  };
}
