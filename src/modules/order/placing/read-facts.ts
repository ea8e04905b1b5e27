import type { Database } from '../../../platform/database/database.ts';
import { readUsableCoupons } from '../copies/copies.store.ts';
import type { KnownSkus } from '../copies/known-skus.ts';
import type { KnownFacts, PriceRequest } from './price-request.ts';

/** What order's copies say of all that the requests name: at most two queries for any number. */
export async function readFacts(
  { database, knownSkus }: { database: Database; knownSkus: KnownSkus },
  requests: readonly PriceRequest[],
): Promise<KnownFacts> {
  const skuIds = new Set(requests.flatMap(({ items }) => items.map((item) => item.skuId)));
  const couponIds = new Set(requests.flatMap((request) => request.memberCouponId ?? []));
  const [skus, coupons] = await Promise.all([
    knownSkus.read([...skuIds]),
    readUsableCoupons(database, [...couponIds]),
  ]);
  return { skus, coupons };
}
