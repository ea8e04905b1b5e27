import { bulkParameter, bulkRows, hex } from '../database/bulk.ts';
import { hotStatement } from '../database/hot-statements.ts';
import { insertInto } from '../database/insert-into.ts';
import type { Database } from '../database/database.ts';
import type { Transaction } from '../database/transaction.ts';
import { idFromBytes, idToBytes, type Id } from '../ids/id.ts';
import type { RecordedEvent } from './define-event.ts';
import type { Envelope } from './envelope.ts';
import { outbox } from './events.tables.ts';

const insertEnvelopes = insertInto(outbox, {
  leftToDefault: ['takeovers', 'occurredAt', 'dispatchedAt'],
});

const COMPLETE = `UPDATE platform_outbox SET events = ?, event_count = ? WHERE id = ?`;

/**
 * Consumers that are not retired and not in the list, a JSON array of ids. Not those above a highest
 * id: one that was retired comes back with its old id.
 */
export const OTHER_CONSUMERS = hotStatement(`
  SELECT 1 FROM platform_consumer AS c
  WHERE c.retired_at IS NULL AND c.id NOT IN (
    SELECT known.id FROM JSON_TABLE(?, '$[*]' COLUMNS (id INT PATH '$')) AS known)
  LIMIT 1`);

const MARK_DISPATCHED = hotStatement(`
  UPDATE ${bulkRows('done', { id: 'id' })}
  STRAIGHT_JOIN platform_outbox AS o FORCE INDEX (PRIMARY) ON o.id = UNHEX(done.id)
  SET o.dispatched_at = CURRENT_TIMESTAMP(3)
  WHERE NOT EXISTS (${OTHER_CONSUMERS})`);

/** An owner that never lives: of envelopes that their owner has given up in order. */
export const NOBODY = '00000000-0000-0000-0000-000000000000';

const DISOWN = hotStatement(`
  UPDATE ${bulkRows('done', { id: 'id' })}
  STRAIGHT_JOIN platform_outbox AS o FORCE INDEX (PRIMARY) ON o.id = UNHEX(done.id)
  SET o.owner_id = ?`);

/** As many as one read may bring into memory. */
export const READ_AT_ONCE = 200;

const SELECT_WAITING = `
  SELECT id, events, takeovers FROM platform_outbox
  WHERE dispatched_at IS NULL AND owner_id = ? AND id > ?
  ORDER BY id LIMIT ${READ_AT_ONCE}`;

export async function insertEnvelope(
  tx: Transaction,
  row: { id: Id; ownerId: Id; json: string; eventCount: number },
): Promise<void> {
  const { json, ...envelope } = row;
  await insertEnvelopes(tx, [{ ...envelope, events: json }]);
}

/** Gives an envelope that was inserted empty, as a witness, its events. */
export async function completeEnvelope(
  tx: Transaction,
  row: { id: Id; json: string; eventCount: number },
): Promise<void> {
  await tx.write(COMPLETE, [row.json, row.eventCount, idToBytes(row.id)]);
}

/**
 * Marks envelopes that every consumer of this build is done with, unless another build has brought a
 * consumer meanwhile that has not seen them.
 * @param knownIds of the consumers that this build contains
 * @returns false when there is such a consumer; nothing is marked then
 */
export async function markDispatched(
  database: Database,
  ids: readonly Id[],
  knownIds: readonly number[],
): Promise<boolean> {
  const rows = bulkParameter(ids.map((id) => [hex(id)]));
  return (await database.write(MARK_DISPATCHED, [rows, JSON.stringify(knownIds)])) > 0;
}

/** Leaves envelopes to whichever instance takes them over. */
export async function disown(database: Database, ids: readonly Id[]): Promise<void> {
  await database.write(DISOWN, [bulkParameter(ids.map((id) => [hex(id)])), idToBytes(NOBODY)]);
}

/** Leaves all waiting envelopes of an owner to whichever instance takes them over. */
export async function disownAll(database: Database, ownerId: Id): Promise<void> {
  await database.write(
    'UPDATE platform_outbox SET owner_id = ? WHERE dispatched_at IS NULL AND owner_id = ?',
    [idToBytes(NOBODY), idToBytes(ownerId)],
  );
}

/** The next undispatched envelopes of an owner after `afterId`, in the order of their ids. */
export async function readWaiting(
  database: Database,
  ownerId: Id,
  afterId: Id,
): Promise<Envelope[]> {
  const rows = await database.select<{ id: Buffer; events: string; takeovers: number }>(
    SELECT_WAITING,
    [idToBytes(ownerId), idToBytes(afterId)],
  );
  return rows.map((row) => ({
    id: idFromBytes(row.id),
    events: JSON.parse(row.events) as RecordedEvent[],
    bytes: row.events.length,
    takeovers: row.takeovers,
  }));
}
