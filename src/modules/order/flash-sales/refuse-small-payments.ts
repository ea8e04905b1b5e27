import { LRUCache } from 'lru-cache';
import type { Database } from '../../../platform/database/database.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { Krw } from '../../../platform/money/krw.ts';
import type { PaymentMethod } from '../order.rules.ts';
import { shippingFor, type ShippingTerms } from '../placing/pricing.rules.ts';
import { refuseBelowMinimum, type MinimumOf } from '../placing/refuse-below-minimum.ts';
import { findSale } from './flash-sales.store.ts';

/** Throws `amount_below_minimum` when a sale's unit costs less than the payment method takes. */
export type RefuseSmallPayments = (flashSaleId: Id, method: PaymentMethod) => Promise<void>;

/** More than are open at once. */
const MOST_SALES = 1_000;

/**
 * A sale's price never changes, so it is read once: joining costs no further statement. A sale that
 * does not exist is left to the gate to refuse.
 */
export function createRefuseSmallPayments(parts: {
  database: Database;
  terms: ShippingTerms;
  minimumOf: MinimumOf;
}): RefuseSmallPayments {
  const { database, terms, minimumOf } = parts;
  const totals = new LRUCache<Id, Krw>({ max: MOST_SALES });

  return async function refuseSmallPayments(flashSaleId, method) {
    if (minimumOf(method) === 0) return;
    const totalAmount = totals.get(flashSaleId) ?? (await readTotal(flashSaleId));
    if (totalAmount !== undefined) refuseBelowMinimum(totalAmount, method, minimumOf);
  };

  async function readTotal(flashSaleId: Id): Promise<Krw | undefined> {
    const found = await findSale(database, flashSaleId);
    if (!found) return undefined;
    const { price } = found.sale;
    const totalAmount = price + shippingFor(price, terms);
    totals.set(flashSaleId, totalAmount);
    return totalAmount;
  }
}
