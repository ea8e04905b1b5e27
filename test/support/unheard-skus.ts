import { KnownSkus } from '../../src/modules/order/copies/known-skus.ts';
import type { Database } from '../../src/platform/database/database.ts';

/** What order's copies say of SKUs, read from the database each time: nothing is kept unheard. */
export function unheardSkus(database: Database): KnownSkus {
  const invalidations = { register: () => undefined, tell: () => undefined, isHearing: false };
  return new KnownSkus({ database, invalidations });
}
