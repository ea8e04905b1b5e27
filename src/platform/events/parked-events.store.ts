import { backoffMs } from '../batching/backoff.ts';
import { bulkParameter, bulkRows, hex } from '../database/bulk.ts';
import { hotStatement } from '../database/hot-statements.ts';
import type { Database } from '../database/database.ts';
import type { Transaction } from '../database/transaction.ts';
import { idFromBytes, idToBytes, newId, type Id } from '../ids/id.ts';
import { describeError } from '../logging/without-values.ts';
import type { RecordedEvent } from './define-event.ts';

/** An event that a consumer failed on, or that is tried alone because it is suspected. */
export type NewParkedEvent = {
  consumerId: number;
  envelopeId: Id;
  /** The event's place in its envelope. */
  position: number;
  stored: RecordedEvent;
  attempts: number;
  /** How many of the attempts failed because of an outage; those bring no dead letter nearer. */
  outages: number;
  error: unknown;
};

export type ParkedEvent = Omit<NewParkedEvent, 'error'> & {
  id: Id;
  /** True when this attempt is the last one. */
  isLast: boolean;
};

/**
 * After so many attempts that met no outage an event is a dead letter; with the pauses below, after
 * about an hour.
 */
export const MAX_ATTEMPTS = 10;
/** After so many outages they count like other failures; with the pauses below, after a week. */
export const MAX_OUTAGES = 200;
/** Due events that one look brings. */
export const DUE_AT_ONCE = 100;
const FIRST_RETRY_MS = 1000;
const MAX_RETRY_MS = 20 * 60 * 1000;
const FIRST_OUTAGE_RETRY_MS = 5000;
const MAX_OUTAGE_RETRY_MS = 3_600_000;
const MAX_ERROR_LENGTH = 1000;

const INSERT_PARKED = hotStatement(`
  INSERT INTO platform_parked_event
    (id, consumer_id, envelope_id, position, event, attempts, outages, error, state, next_try_at)
  SELECT UNHEX(p.id), p.consumer_id, UNHEX(p.envelope_id), p.position, p.event, p.attempts,
         p.outages, p.error, 'waiting', CURRENT_TIMESTAMP(3) + INTERVAL p.delay MICROSECOND
  FROM ${bulkRows('p', {
    id: 'id',
    consumer_id: 'bigint',
    envelope_id: 'id',
    position: 'bigint',
    event: 'text',
    attempts: 'bigint',
    outages: 'bigint',
    error: 'text',
    delay: 'bigint',
  })}`);

/** Keeps events for later, in the transaction that finishes the rest of their envelope. */
export async function parkEvents(
  tx: Transaction,
  parked: readonly NewParkedEvent[],
): Promise<void> {
  if (parked.length === 0) return;
  await tx.write(INSERT_PARKED, [
    bulkParameter(
      parked.map((event) => [
        hex(newId()),
        event.consumerId,
        hex(event.envelopeId),
        event.position,
        JSON.stringify(event.stored),
        event.attempts,
        event.outages,
        describeError(event.error).slice(0, MAX_ERROR_LENGTH),
        retryDelayMicroseconds(event),
      ]),
    ),
  ]);
}

const READ_DUE_EVENTS = hotStatement(`
  SELECT id FROM platform_parked_event
  WHERE state = 'waiting' AND next_try_at <= CURRENT_TIMESTAMP(3)
    AND consumer_id IN (
      SELECT known.id FROM JSON_TABLE(?, '$[*]' COLUMNS (id INT PATH '$')) AS known)
  ORDER BY next_try_at LIMIT ${DUE_AT_ONCE}`);

/**
 * Ids of parked events whose time has come, oldest first, as far as they are for these consumers:
 * another build's are its own to try.
 */
export async function readDueEvents(
  database: Database,
  consumerIds: readonly number[],
): Promise<Id[]> {
  const rows = await database.select<{ id: Buffer }>(READ_DUE_EVENTS, [
    JSON.stringify(consumerIds),
  ]);
  return rows.map((row) => idFromBytes(row.id));
}

const BEGIN_ATTEMPT = hotStatement(`
  SELECT consumer_id AS consumerId, envelope_id AS envelopeId, position, event, attempts, outages
  FROM platform_parked_event
  WHERE id = ? AND state = 'waiting' AND next_try_at <= CURRENT_TIMESTAMP(3)
  FOR UPDATE SKIP LOCKED`);

/**
 * Takes a due event for an attempt, which is counted before it begins: an event that kills its
 * process is a dead letter after as many as any other. Undefined when another instance has it.
 */
export async function beginAttempt(tx: Transaction, id: Id): Promise<ParkedEvent | undefined> {
  const [row] = await tx.select<{
    consumerId: number;
    envelopeId: Buffer;
    position: number;
    event: string;
    attempts: number;
    outages: number;
  }>(BEGIN_ATTEMPT, [idToBytes(id)]);
  if (!row) return undefined;
  const attempts = row.attempts + 1;
  const { outages } = row;
  const isLast = attempts - outages >= MAX_ATTEMPTS;
  await tx.write(
    `UPDATE platform_parked_event
     SET attempts = ?, state = ?, next_try_at = CURRENT_TIMESTAMP(3) + INTERVAL ? MICROSECOND
     WHERE id = ?`,
    [
      attempts,
      isLast ? 'dead' : 'waiting',
      retryDelayMicroseconds({ attempts: attempts - outages, outages: 0 }),
      idToBytes(id),
    ],
  );
  return {
    id,
    consumerId: row.consumerId,
    envelopeId: idFromBytes(row.envelopeId),
    position: row.position,
    stored: JSON.parse(row.event) as RecordedEvent,
    attempts,
    outages,
    isLast,
  };
}

/**
 * Ends an event's story, if this attempt is still the one that counts.
 * @returns false when it is not: another attempt began meanwhile, or finished it
 */
export async function finishAttempt(tx: Transaction, parked: ParkedEvent): Promise<boolean> {
  const removed = await tx.write(
    'DELETE FROM platform_parked_event WHERE id = ? AND attempts = ?',
    [idToBytes(parked.id), parked.attempts],
  );
  return removed === 1;
}

export async function noteError(database: Database, id: Id, error: unknown): Promise<void> {
  await database.write('UPDATE platform_parked_event SET error = ? WHERE id = ?', [
    describeError(error).slice(0, MAX_ERROR_LENGTH),
    idToBytes(id),
  ]);
}

/**
 * Notes that an attempt met an outage: the event waits longer, for days if need be, and is no dead
 * letter for that.
 * @returns false when it has waited out as many as it may, or another attempt has begun meanwhile
 */
export async function noteOutage(
  database: Database,
  { id, attempts, outages }: ParkedEvent,
  error: unknown,
): Promise<boolean> {
  const met = outages + 1;
  if (met > MAX_OUTAGES) return false;
  const noted = await database.write(
    `UPDATE platform_parked_event
     SET outages = ?, error = ?, state = 'waiting',
         next_try_at = CURRENT_TIMESTAMP(3) + INTERVAL ? MICROSECOND
     WHERE id = ? AND attempts = ?`,
    [
      met,
      describeError(error).slice(0, MAX_ERROR_LENGTH),
      retryDelayMicroseconds({ attempts, outages: met }),
      idToBytes(id),
      attempts,
    ],
  );
  return noted === 1;
}

/** The pause after the attempts so far, by what the last of them met. */
function retryDelayMicroseconds({
  attempts,
  outages,
}: Pick<NewParkedEvent, 'attempts' | 'outages'>): number {
  if (attempts === 0) return 0;
  const ms =
    outages === 0
      ? FIRST_RETRY_MS + backoffMs(attempts, FIRST_RETRY_MS, MAX_RETRY_MS)
      : outagePauseMs(outages);
  return Math.round(ms * 1000);
}

/** Between three quarters and the whole of a pause that doubles up to an hour. */
function outagePauseMs(outages: number): number {
  const longestMs = Math.min(MAX_OUTAGE_RETRY_MS, FIRST_OUTAGE_RETRY_MS * 2 ** (outages - 1));
  return longestMs * (0.75 + Math.random() / 4);
}
