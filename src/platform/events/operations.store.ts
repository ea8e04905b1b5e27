import type { Database } from '../database/database.ts';
import { hotStatement } from '../database/hot-statements.ts';
import type { Transaction } from '../database/transaction.ts';
import { idFromBytes, idToBytes, type Id } from '../ids/id.ts';
import type { RecordedEvent } from './define-event.ts';

export type DeadLetter = {
  id: Id;
  consumer: string;
  event: RecordedEvent;
  error: string;
  attempts: number;
  parkedAt: Date;
};

/** Dead letters, newest first; `beforeId` continues after that one. */
export async function listDeadLetters(
  database: Database,
  page: { consumer: string | undefined; limit: number; beforeId: Id | undefined },
): Promise<DeadLetter[]> {
  const rows = await database.select<{
    id: Buffer;
    consumer: string;
    event: string;
    error: string;
    attempts: number;
    parkedAt: Date;
  }>(
    `SELECT p.id, c.name AS consumer, p.event, p.error, p.attempts, p.parked_at AS parkedAt
     FROM platform_parked_event AS p
     JOIN platform_consumer AS c ON c.id = p.consumer_id
     WHERE p.state = 'dead' AND (? IS NULL OR p.id < ?) AND (? IS NULL OR c.name = ?)
     ORDER BY p.id DESC LIMIT 101`,
    [
      page.beforeId === undefined ? null : idToBytes(page.beforeId),
      page.beforeId === undefined ? null : idToBytes(page.beforeId),
      page.consumer ?? null,
      page.consumer ?? null,
    ],
  );
  return rows.slice(0, page.limit).map(({ id, event, ...row }) => ({
    id: idFromBytes(id),
    event: JSON.parse(event) as RecordedEvent,
    ...row,
  }));
}

const REVIVE = `
  UPDATE platform_parked_event
  SET state = 'waiting', attempts = 0, outages = 0, next_try_at = CURRENT_TIMESTAMP(3)
  WHERE state = 'dead'`;

/** Gives a dead letter all of its attempts again, from now on. False when there is no such one. */
export async function reviveOne(tx: Transaction, id: Id): Promise<boolean> {
  return (await tx.write(`${REVIVE} AND id = ?`, [idToBytes(id)])) === 1;
}

/** The same for all of a consumer's, or for all there are. Gives how many. */
export async function reviveAll(tx: Transaction, consumer: string | undefined): Promise<number> {
  if (consumer === undefined) return tx.write(REVIVE);
  return tx.write(`${REVIVE} AND consumer_id = (SELECT id FROM platform_consumer WHERE name = ?)`, [
    consumer,
  ]);
}

/** What waits in the outbox, over all instances. */
export type OutboxBacklog = { envelopes: number; events: number; oldestAgeSeconds: number };

export async function readOutboxBacklog(database: Database): Promise<OutboxBacklog> {
  const [row] = await database.select<OutboxBacklog>(
    `SELECT COUNT(*) AS envelopes, COALESCE(SUM(event_count), 0) AS events,
            COALESCE(TIMESTAMPDIFF(MICROSECOND, MIN(occurred_at), CURRENT_TIMESTAMP(3)), 0) / 1e6
              AS oldestAgeSeconds
     FROM platform_outbox WHERE dispatched_at IS NULL`,
  );
  return row ?? { envelopes: 0, events: 0, oldestAgeSeconds: 0 };
}

/** What a consumer has not handled: envelopes, and events that it failed on. */
export type ConsumerBacklog = {
  consumer: string;
  waitingEnvelopes: number;
  oldestAgeSeconds: number;
  parkedEvents: number;
  deadLetters: number;
};

const READ_CONSUMER_BACKLOGS = hotStatement(`
  SELECT c.name AS consumer,
         COALESCE(w.envelopes, 0) AS waitingEnvelopes,
         COALESCE(TIMESTAMPDIFF(MICROSECOND, w.oldest, CURRENT_TIMESTAMP(3)), 0) / 1e6
           AS oldestAgeSeconds,
         COALESCE(p.waiting, 0) AS parkedEvents,
         COALESCE(p.dead, 0) AS deadLetters
  FROM platform_consumer AS c
  LEFT JOIN (
    SELECT known.id AS consumer_id, COUNT(DISTINCT o.id) AS envelopes,
           MIN(o.occurred_at) AS oldest
    FROM JSON_TABLE(?, '$[*]' COLUMNS (
           consumer VARCHAR(100) PATH '$[0]', pattern VARCHAR(200) PATH '$[1]')) AS wanted
    JOIN platform_consumer AS known
      ON CAST(known.name AS BINARY) = CAST(wanted.consumer AS BINARY)
    JOIN platform_outbox AS o
      ON o.dispatched_at IS NULL
      AND CAST(o.events AS BINARY) LIKE CAST(wanted.pattern AS BINARY)
    LEFT JOIN platform_inbox AS i ON i.consumer_id = known.id AND i.envelope_id = o.id
    WHERE i.envelope_id IS NULL
    GROUP BY known.id) AS w ON w.consumer_id = c.id
  LEFT JOIN (
    SELECT consumer_id, SUM(state = 'waiting') AS waiting, SUM(state = 'dead') AS dead
    FROM platform_parked_event GROUP BY consumer_id) AS p ON p.consumer_id = c.id
  WHERE c.retired_at IS NULL
  ORDER BY c.name`);

/**
 * The backlog of every active consumer. An envelope counts for a consumer when it holds one of its
 * events and the inbox has no claim on it.
 * @param subscriptions names of events by consumer; those of other builds are not known and show 0
 */
export async function readConsumerBacklogs(
  database: Database,
  subscriptions: readonly { consumer: string; events: readonly string[] }[],
): Promise<ConsumerBacklog[]> {
  // Names stand in the JSON as `"name":"order.placed"`; only undispatched rows are looked through.
  const wanted = subscriptions.flatMap(({ consumer, events }) =>
    events.map((event) => [consumer, `%"name":${JSON.stringify(event)}%`]),
  );
  return database.select<ConsumerBacklog>(READ_CONSUMER_BACKLOGS, [JSON.stringify(wanted)]);
}
