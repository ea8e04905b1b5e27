import { bulkParameter, bulkRows, hex } from '../database/bulk.ts';
import type { Database } from '../database/database.ts';
import type { Transaction } from '../database/transaction.ts';
import { idFromBytes, idToBytes, type Id } from '../ids/id.ts';
import type { RecordedEvent } from './define-event.ts';
import type { Envelope } from './envelope.ts';

const INSERT = `INSERT INTO platform_outbox (id, owner_id, events, event_count) VALUES (?, ?, ?, ?)`;

const COMPLETE = `UPDATE platform_outbox SET events = ?, event_count = ? WHERE id = ?`;

const MARK_DISPATCHED = `
  UPDATE ${bulkRows('done', { id: 'id' })}
  STRAIGHT_JOIN platform_outbox AS o ON o.id = UNHEX(done.id)
  SET o.dispatched_at = CURRENT_TIMESTAMP(3)`;

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
  await tx.write(INSERT, [idToBytes(row.id), idToBytes(row.ownerId), row.json, row.eventCount]);
}

/** Gives an envelope that was inserted empty, as a witness, its events. */
export async function completeEnvelope(
  tx: Transaction,
  row: { id: Id; json: string; eventCount: number },
): Promise<void> {
  await tx.write(COMPLETE, [row.json, row.eventCount, idToBytes(row.id)]);
}

/** Marks envelopes that every consumer is done with. */
export async function markDispatched(database: Database, ids: readonly Id[]): Promise<void> {
  await database.write(MARK_DISPATCHED, [bulkParameter(ids.map((id) => [hex(id)]))]);
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
    takeovers: row.takeovers,
  }));
}
