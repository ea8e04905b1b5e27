import { eq } from 'drizzle-orm';
import type { Database } from '../../../platform/database/database.ts';
import { insertInto } from '../../../platform/database/insert-into.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { Shortage } from '../order.rules.ts';
import { shortages } from '../order.tables.ts';

/** Keeps what was missing of orders, once for each order. */
export const insertShortages = insertInto(shortages);

/** What was missing of an order, by SKU. */
export async function readShortages(
  { orm }: Pick<Database, 'orm'>,
  orderId: Id,
): Promise<Shortage[]> {
  const { skuId, requestedQuantity, availableQuantity } = shortages;
  return orm
    .select({ skuId, requestedQuantity, availableQuantity })
    .from(shortages)
    .where(eq(shortages.orderId, orderId))
    .orderBy(skuId);
}
