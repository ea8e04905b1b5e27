import type { Database } from '../database/database.ts';
import { hotStatement } from '../database/hot-statements.ts';
import { insertInto } from '../database/insert-into.ts';
import type { Transaction } from '../database/transaction.ts';
import { idFromBytes, idToBytes, type Id } from '../ids/id.ts';
import { instances } from './events.tables.ts';
import { NOBODY } from './outbox.store.ts';

/** Owners whose rows are read at once; more than instances ever die together. */
const OWNERS_AT_ONCE = 32;
const ROWS_AT_ONCE = 500;

const insertInstances = insertInto(instances, { leftToDefault: ['startedAt', 'heartbeatAt'] });

export async function insertInstance(database: Database, id: Id): Promise<void> {
  await insertInstances(database, [{ id }]);
}

/** Says that the instance lives. False when others gave it up meanwhile. */
export async function beat(database: Database, id: Id): Promise<boolean> {
  const matched = await database.write(
    'UPDATE platform_instance SET heartbeat_at = CURRENT_TIMESTAMP(3) WHERE id = ?',
    [idToBytes(id)],
  );
  return matched === 1;
}

export async function deleteInstance(database: Database, id: Id): Promise<void> {
  await database.write('DELETE FROM platform_instance WHERE id = ?', [idToBytes(id)]);
}

/** Gives up the instances that have been silent for longer than the lease (milliseconds). */
export async function deleteSilentInstances(database: Database, leaseMs: number): Promise<void> {
  await database.write(
    `DELETE FROM platform_instance
     WHERE heartbeat_at < CURRENT_TIMESTAMP(3) - INTERVAL ? MICROSECOND`,
    [leaseMs * 1000],
  );
}

/** Owners of waiting envelopes that are no living instance. */
export async function readDeadOwners(database: Database): Promise<Id[]> {
  const rows = await database.select<{ ownerId: Buffer }>(
    `SELECT DISTINCT o.owner_id AS ownerId FROM platform_outbox AS o
     LEFT JOIN platform_instance AS i ON i.id = o.owner_id
     WHERE o.dispatched_at IS NULL AND i.id IS NULL LIMIT ${OWNERS_AT_ONCE}`,
  );
  return rows.map((row) => idFromBytes(row.ownerId));
}

const LOCK_WAITING = hotStatement(`
  SELECT id FROM platform_outbox WHERE dispatched_at IS NULL AND owner_id = ?
  ORDER BY id LIMIT ${ROWS_AT_ONCE} FOR UPDATE SKIP LOCKED`);

const CHANGE_OWNER = hotStatement(`
  UPDATE JSON_TABLE(?, '$[*]' COLUMNS (id CHAR(32) PATH '$')) AS taken
  STRAIGHT_JOIN platform_outbox AS o FORCE INDEX (PRIMARY) ON o.id = UNHEX(taken.id)
  SET o.owner_id = ?, o.takeovers = LEAST(o.takeovers + ?, 100)`);

/**
 * Makes a dead owner's waiting envelopes one's own, up to a batch of them. Rows that another
 * instance is taking at this moment are left to it.
 * @returns how many were taken
 */
export async function takeOver(tx: Transaction, deadId: Id, newOwnerId: Id): Promise<number> {
  const rows = await tx.select<{ id: Buffer }>(LOCK_WAITING, [idToBytes(deadId)]);
  if (rows.length === 0) return 0;
  return tx.write(CHANGE_OWNER, [
    JSON.stringify(rows.map((row) => row.id.toString('hex'))),
    idToBytes(newOwnerId),
    // Only a death with the envelope in hand makes it suspect.
    deadId === NOBODY ? 0 : 1,
  ]);
}
