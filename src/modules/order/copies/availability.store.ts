import { bulkParameter, bulkRows, hex, idsInLockOrder } from '../../../platform/database/bulk.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { compareIds, idFromBytes, type Id } from '../../../platform/ids/id.ts';
import type { Availability } from './copies.rules.ts';

/** `version` comes last: the columns before it look at the stored one. */
const UPSERT = `
  INSERT INTO order_availability_copies (sku_id, availability, version)
  SELECT UNHEX(a.sku_id), a.availability, a.version
  FROM ${bulkRows('a', { sku_id: 'id', availability: 'varchar', version: 'bigint' })}
  ON DUPLICATE KEY UPDATE
    order_availability_copies.availability = IF(
      VALUES(version) > order_availability_copies.version,
      VALUES(availability), order_availability_copies.availability),
    order_availability_copies.version =
      GREATEST(VALUES(version), order_availability_copies.version)`;

export type AvailabilityCopy = { skuId: Id; availability: Availability; version: number };

/** Latest wins, within the copies given as well. One statement for any number. */
export async function upsertAvailability(
  tx: Transaction,
  copies: readonly AvailabilityCopy[],
): Promise<void> {
  const sorted = copies.toSorted((a, b) => compareIds(a.skuId, b.skuId));
  await tx.write(UPSERT, [
    bulkParameter(
      sorted.map(({ skuId, availability, version }) => [hex(skuId), availability, version]),
    ),
  ]);
}

/** How well SKUs can be had, as far as anything was told; the others are in stock. */
export async function readAvailability(
  database: Database,
  skuIds: readonly Id[],
): Promise<Map<Id, Availability>> {
  if (skuIds.length === 0) return new Map();
  const rows = await database.select<{ skuId: Buffer; availability: Availability }>(
    `SELECT a.sku_id AS skuId, a.availability
     FROM ${bulkRows('wanted', { sku_id: 'id' })}
     STRAIGHT_JOIN order_availability_copies AS a FORCE INDEX (PRIMARY) ON a.sku_id = UNHEX(wanted.sku_id)`,
    [idsInLockOrder(skuIds)],
  );
  return new Map(rows.map((row) => [idFromBytes(row.skuId), row.availability]));
}
