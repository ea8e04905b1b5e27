import { bulkParameter, bulkRows, hex } from '../../../platform/database/bulk.ts';
import { hotStatement } from '../../../platform/database/hot-statements.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { idToBytes, type Id } from '../../../platform/ids/id.ts';

const ADD_CANCELLED_UNITS = hotStatement(`
  UPDATE ${bulkRows('c', { sku_id: 'id', units: 'bigint' })}
  STRAIGHT_JOIN order_lines AS l FORCE INDEX (PRIMARY) ON l.order_id = ? AND l.sku_id = UNHEX(c.sku_id)
  SET l.cancelled_quantity = l.cancelled_quantity + c.units`);

/** Notes units that are undone, by SKU, of an order whose row is locked. */
export async function addCancelledUnits(
  tx: Transaction,
  orderId: Id,
  units: ReadonlyMap<Id, number>,
): Promise<void> {
  await tx.write(ADD_CANCELLED_UNITS, [
    bulkParameter([...units].map(([skuId, count]) => [hex(skuId), count])),
    idToBytes(orderId),
  ]);
}
