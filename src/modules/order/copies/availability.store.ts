import { bulkRows, idsInLockOrder } from '../../../platform/database/bulk.ts';
import { hotStatement } from '../../../platform/database/hot-statements.ts';
import { insertInto } from '../../../platform/database/insert-into.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { compareIds, idFromBytes, type Id } from '../../../platform/ids/id.ts';
import { availabilityCopies } from '../order.tables.ts';
import type { Availability } from './copies.rules.ts';

type AvailabilityCopy = { skuId: Id; availability: Availability; version: number };

const upsert = insertInto(availabilityCopies, {
  // `version` comes last: the column before it looks at the stored one.
  onDuplicate: `availability = IF(VALUES(version) > version, VALUES(availability), availability),
    version = GREATEST(VALUES(version), version)`,
});

/** Latest wins, within the copies given as well. */
export async function upsertAvailability(
  tx: Transaction,
  copies: readonly AvailabilityCopy[],
): Promise<void> {
  await upsert(
    tx,
    copies.toSorted((a, b) => compareIds(a.skuId, b.skuId)),
  );
}

const READ_AVAILABILITY = hotStatement(`
  SELECT a.sku_id AS skuId, a.availability
  FROM ${bulkRows('wanted', { sku_id: 'id' })}
  STRAIGHT_JOIN order_availability_copies AS a FORCE INDEX (PRIMARY) ON a.sku_id = UNHEX(wanted.sku_id)`);

/** How well SKUs can be had, as far as anything was told; the others are in stock. */
export async function readAvailability(
  database: Database,
  skuIds: readonly Id[],
): Promise<Map<Id, Availability>> {
  if (skuIds.length === 0) return new Map();
  const rows = await database.select<{ skuId: Buffer; availability: Availability }>(
    READ_AVAILABILITY,
    [idsInLockOrder(skuIds)],
  );
  return new Map(rows.map((row) => [idFromBytes(row.skuId), row.availability]));
}
