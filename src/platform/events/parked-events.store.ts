import { backoffMs } from '../batching/backoff.ts';
import type { Database } from '../database/database.ts';
import type { Transaction } from '../database/transaction.ts';
import { idFromBytes, idToBytes, newId, type Id } from '../ids/id.ts';
import type { RecordedEvent } from './define-event.ts';

/** An event that a consumer failed on. */
export type ParkedEvent = {
  id: Id;
  consumerId: number;
  stored: RecordedEvent;
  /** Failed ones so far. */
  attempts: number;
};

/** After so many failures an event is a dead letter; with the backoff below, after about an hour. */
export const MAX_ATTEMPTS = 10;
const FIRST_RETRY_MS = 1000;
const MAX_RETRY_MS = 20 * 60 * 1000;
const MAX_ERROR_LENGTH = 1000;

/** Microseconds from now to the next attempt, as SQL's INTERVAL takes them. */
function retryDelay(attempts: number): number {
  return Math.round((FIRST_RETRY_MS + backoffMs(attempts, FIRST_RETRY_MS, MAX_RETRY_MS)) * 1000);
}

function describe(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.slice(0, MAX_ERROR_LENGTH);
}

/** Keeps a failed event for later, in the transaction that finishes the rest of its envelope. */
export async function parkEvent(
  tx: Transaction,
  failed: { consumerId: number; envelopeId: Id; stored: RecordedEvent; error: unknown },
): Promise<void> {
  await tx.write(
    `INSERT INTO platform_parked_event
       (id, consumer_id, envelope_id, event, error, state, next_try_at)
     VALUES (?, ?, ?, ?, ?, 'waiting', CURRENT_TIMESTAMP(3) + INTERVAL ? MICROSECOND)`,
    [
      idToBytes(newId()),
      failed.consumerId,
      idToBytes(failed.envelopeId),
      JSON.stringify(failed.stored),
      describe(failed.error),
      retryDelay(1),
    ],
  );
}

/** Ids of parked events whose time has come, oldest first. */
export async function readDueEvents(database: Database): Promise<Id[]> {
  const rows = await database.select<{ id: Buffer }>(
    `SELECT id FROM platform_parked_event
     WHERE state = 'waiting' AND next_try_at <= CURRENT_TIMESTAMP(3)
     ORDER BY next_try_at LIMIT 100`,
  );
  return rows.map((row) => idFromBytes(row.id));
}

/** Locks a due event, unless another instance has it or has finished it. */
export async function lockDueEvent(tx: Transaction, id: Id): Promise<ParkedEvent | undefined> {
  const [row] = await tx.select<{ consumerId: number; event: string; attempts: number }>(
    `SELECT consumer_id AS consumerId, event, attempts FROM platform_parked_event
     WHERE id = ? AND state = 'waiting' AND next_try_at <= CURRENT_TIMESTAMP(3)
     FOR UPDATE SKIP LOCKED`,
    [idToBytes(id)],
  );
  if (!row) return undefined;
  return {
    id,
    consumerId: row.consumerId,
    stored: JSON.parse(row.event) as RecordedEvent,
    attempts: row.attempts,
  };
}

export async function removeParkedEvent(tx: Transaction, id: Id): Promise<void> {
  await tx.write('DELETE FROM platform_parked_event WHERE id = ?', [idToBytes(id)]);
}

/** Notes one more failure; the last one makes it a dead letter. */
export async function noteFailure(
  tx: Transaction,
  parked: ParkedEvent,
  error: unknown,
): Promise<'waiting' | 'dead'> {
  const attempts = parked.attempts + 1;
  const state = attempts >= MAX_ATTEMPTS ? 'dead' : 'waiting';
  await tx.write(
    `UPDATE platform_parked_event
     SET attempts = ?, error = ?, state = ?,
         next_try_at = CURRENT_TIMESTAMP(3) + INTERVAL ? MICROSECOND
     WHERE id = ?`,
    [attempts, describe(error), state, retryDelay(attempts), idToBytes(parked.id)],
  );
  return state;
}
