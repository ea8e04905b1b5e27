import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { KnownSkus } from '../copies/known-skus.ts';
import { couponRejected } from '../order.errors.ts';
import { awaitCopies } from './await-copies.ts';
import { chooseItems, type OpenRequest } from './choose-items.ts';
import { priceRequest } from './price-request.ts';
import type { ShippingTerms } from './pricing.rules.ts';
import { quoteOf, type Quote } from './quote.ts';
import { readFacts } from './read-facts.ts';

export type QuoteOrder = (request: OpenRequest) => Promise<Quote>;

/**
 * What an order would cost now, by the code that prices orders; nothing is stored. Whether stock and
 * balances suffice shows when the order is placed. A coupon that would be spent for nothing is no reason
 * not to quote: the quote says that it is of no use. Throws `validation_failed`, `cart_empty`,
 * `coupon_rejected` for a coupon that cannot be used at all.
 */
export function createQuoteOrder(parts: {
  database: Database;
  knownSkus: KnownSkus;
  clock: Clock;
  shipping: ShippingTerms;
}): QuoteOrder {
  const { database, knownSkus, clock, shipping } = parts;

  return function quoteOrder(request) {
    return awaitCopies(async () => {
      const choose = await chooseItems(database, [request]);
      const chosen = { ...request, ...choose(request.memberId, request.items) };
      const facts = await readFacts({ database, knownSkus }, [chosen]);
      const { price, coupon } = priceRequest(chosen, facts, shipping, clock.now());
      if (coupon?.refusal === 'coupon_rejected') throw couponRejected();
      return quoteOf(price, coupon);
    });
  };
}
