import { bulkParameter, bulkRows, hex } from '../../../src/platform/database/bulk.ts';
import type { Database } from '../../../src/platform/database/database.ts';
import type { RecordedEvent } from '../../../src/platform/events/define-event.ts';
import { idToBytes, newId, type Id } from '../../../src/platform/ids/id.ts';
import { noted } from './told-events.ts';

/** A plain event of an aggregate, with an id of its own. */
export function note(aggregateId: Id, version: number, amount: number): RecordedEvent {
  return noted.of(aggregateId, version, { eventId: newId(), amount, mood: 'plain' });
}

/**
 * Envelopes as an instance leaves them that dies before it hands over any, with the ledger's rows of
 * their events. They are handed over in the order of their ids, which is that of the packs.
 */
export async function leaveBehind(
  database: Database,
  packs: readonly (readonly RecordedEvent[])[],
): Promise<Id[]> {
  const ledger = packs.flat().map(({ aggregateId, payload }) => {
    const { eventId, amount } = payload as { eventId: Id; amount: number };
    return [hex(eventId), hex(aggregateId), amount];
  });
  await database.write(
    `INSERT INTO fault_ledger (event_id, aggregate_id, amount, mood)
     SELECT UNHEX(l.event_id), UNHEX(l.aggregate_id), l.amount, 'plain'
     FROM ${bulkRows('l', { event_id: 'id', aggregate_id: 'id', amount: 'bigint' })}`,
    [bulkParameter(ledger)],
  );
  const envelopes = packs.map((events) => ({ id: newId(), events }));
  await database.write(
    `INSERT INTO platform_outbox (id, owner_id, events, event_count)
     SELECT UNHEX(o.id), ?, o.events, o.event_count
     FROM ${bulkRows('o', { id: 'id', events: 'text', event_count: 'bigint' })}`,
    [
      idToBytes(newId()),
      bulkParameter(
        envelopes.map(({ id, events }) => [hex(id), JSON.stringify(events), events.length]),
      ),
    ],
  );
  return envelopes.map(({ id }) => id);
}

/** The same envelopes once more, as if their marks were lost and their owner had died. */
export async function leaveAgain(database: Database, ids: readonly Id[]): Promise<void> {
  await database.write(
    `UPDATE ${bulkRows('again', { id: 'id' })}
     STRAIGHT_JOIN platform_outbox AS o ON o.id = UNHEX(again.id)
     SET o.dispatched_at = NULL, o.owner_id = ?`,
    [bulkParameter(ids.map((id) => [hex(id)])), idToBytes(newId())],
  );
}
