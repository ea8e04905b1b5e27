import type { Database } from '../database/database.ts';
import type { Transaction } from '../database/transaction.ts';
import type { Consumer } from './consumer.ts';
import type { EventDefinition, EventOf, RecordedEvent } from './define-event.ts';

/** A consumer with its number in the database. */
export type RegisteredConsumer = {
  readonly id: number;
  readonly name: string;
  readonly lane: string;
  wants(eventName: string): boolean;
  /** The stored event in the newest version; throws InvalidEvent. */
  read(stored: RecordedEvent): EventOf<EventDefinition>;
  handle(tx: Transaction, events: readonly EventOf<EventDefinition>[]): Promise<void>;
};

/** Two consumers or two events share a name; the shop does not start. */
export class DuplicateName extends Error {
  override readonly name = 'DuplicateName';
}

/**
 * Numbers the consumers in the database, once for all builds, and checks that names are unique.
 * Throws DuplicateName.
 */
export async function registerConsumers(
  database: Database,
  consumers: readonly Consumer[],
): Promise<RegisteredConsumer[]> {
  refuseDuplicateConsumers(consumers);
  refuseDuplicateEvents(consumers);
  let ids = await readConsumerIds(database);
  if (consumers.some((consumer) => !ids.has(consumer.name))) {
    // Another instance may register the same names at the same moment; either's row will do.
    await database.write(
      `INSERT INTO platform_consumer (name)
       SELECT wanted.name FROM JSON_TABLE(?, '$[*]' COLUMNS (name VARCHAR(100) PATH '$')) AS wanted
       ON DUPLICATE KEY UPDATE platform_consumer.name = platform_consumer.name`,
      [JSON.stringify(consumers.map((consumer) => consumer.name).toSorted())],
    );
    ids = await readConsumerIds(database);
  }
  return consumers.map((consumer) => registered(consumer, ids.get(consumer.name)));
}

function registered(consumer: Consumer, id: number | undefined): RegisteredConsumer {
  if (id === undefined) throw new Error(`consumer ${consumer.name} could not be registered`);
  const definitions = new Map(consumer.on.map((definition) => [definition.name, definition]));
  return {
    id,
    name: consumer.name,
    lane: consumer.lane,
    wants: (eventName) => definitions.has(eventName),
    read: (stored) => {
      const definition = definitions.get(stored.name);
      if (!definition) throw new Error(`${consumer.name} does not consume ${stored.name}`);
      return definition.read(stored);
    },
    handle: consumer.handle,
  };
}

function refuseDuplicateConsumers(consumers: readonly Consumer[]): void {
  const seen = new Set<string>();
  for (const { name } of consumers) {
    if (seen.has(name)) throw new DuplicateName(`two consumers are named ${name}`);
    seen.add(name);
  }
}

function refuseDuplicateEvents(consumers: readonly Consumer[]): void {
  const seen = new Map<string, EventDefinition>();
  for (const definition of consumers.flatMap((consumer) => consumer.on)) {
    const other = seen.get(definition.name);
    if (other && other !== definition) {
      throw new DuplicateName(`two events are named ${definition.name}`);
    }
    seen.set(definition.name, definition);
  }
}

async function readConsumerIds(database: Database): Promise<Map<string, number>> {
  const rows = await database.select<{ id: number; name: string }>(
    'SELECT id, name FROM platform_consumer',
  );
  return new Map(rows.map((row) => [row.name, row.id]));
}
