import type { Database } from '../database/database.ts';
import { hotStatement } from '../database/hot-statements.ts';
import type { Consumer, TransactionalConsumer } from './consumer.ts';
import type { EventDefinition, EventOf, RecordedEvent } from './define-event.ts';
import { OTHER_CONSUMERS } from './outbox.store.ts';

/** A consumer of this build, with its number in the database. */
export type RegisteredConsumer = {
  readonly id: number;
  readonly consumer: Consumer;
  /** Whether the event is delivered to it. */
  wants(stored: RecordedEvent): boolean;
  /** Whether those of the events that it wants can wait for others. */
  isPatientWith(stored: readonly RecordedEvent[]): boolean;
  /** The stored event in the newest version; throws InvalidEvent. */
  read(stored: RecordedEvent): EventOf<EventDefinition>;
};

/** The build's consumers cannot be run as they are declared; the shop does not start. */
export class ConsumerConflict extends Error {
  override readonly name = 'ConsumerConflict';
}

/** What the database knows: this build's consumers, and the others that are not retired. */
export type Registry = {
  consumers: RegisteredConsumer[];
  /** Names of consumers that only other builds contain. */
  unknown: string[];
};

/**
 * Numbers the consumers in the database, once for all builds. Throws ConsumerConflict when two
 * consumers or two events share a name, or a lane holds both kinds.
 */
export async function registerConsumers(
  database: Database,
  consumers: readonly Consumer[],
): Promise<Registry> {
  refuseConflicts(consumers);
  await insertMissing(database, consumers);
  const rows = await database.select<{ id: number; name: string }>(
    'SELECT id, name FROM platform_consumer WHERE retired_at IS NULL',
  );
  const ids = new Map(rows.map((row) => [row.name, row.id]));
  const own = new Set(consumers.map((consumer) => consumer.name));
  return {
    consumers: consumers.map((consumer) => registered(consumer, ids.get(consumer.name))),
    unknown: rows.map((row) => row.name).filter((name) => !own.has(name)),
  };
}

/** True when there are consumers, new ones or some that came back, other than those given. */
export async function hasOtherConsumers(
  database: Database,
  knownIds: readonly number[],
): Promise<boolean> {
  const others = await database.select(OTHER_CONSUMERS, [JSON.stringify(knownIds)]);
  return others.length > 0;
}

/** Lets nothing wait for a consumer any more. False when no active one has the name. */
export async function retireConsumer(database: Database, name: string): Promise<boolean> {
  const matched = await database.write(
    `UPDATE platform_consumer SET retired_at = CURRENT_TIMESTAMP(3)
     WHERE name = ? AND retired_at IS NULL`,
    [name],
  );
  if (matched === 0) return false;
  // Nobody will try them again by itself; an operator may still look at them.
  await database.write(
    `UPDATE platform_parked_event SET state = 'dead'
     WHERE state = 'waiting'
       AND consumer_id = (SELECT id FROM platform_consumer WHERE name = ?)`,
    [name],
  );
  return true;
}

/** The consumer as one that changes only the database; throws when it is another. */
export function transactional({ consumer }: RegisteredConsumer): TransactionalConsumer {
  if (consumer.kind !== 'transactional') throw new Error(`${consumer.name} is external`);
  return consumer;
}

const INSERT_MISSING = hotStatement(`
  INSERT INTO platform_consumer (name, retired_at)
  SELECT wanted.name, NULL FROM JSON_TABLE(?, '$[*]' COLUMNS (name VARCHAR(100) PATH '$')) AS wanted
  ON DUPLICATE KEY UPDATE platform_consumer.retired_at = NULL`);

async function insertMissing(database: Database, consumers: readonly Consumer[]): Promise<void> {
  const rows = await database.select<{ name: string }>(
    'SELECT name FROM platform_consumer WHERE retired_at IS NULL',
  );
  const active = new Set(rows.map((row) => row.name));
  const missing = consumers.map(({ name }) => name).filter((name) => !active.has(name));
  if (missing.length === 0) return;
  // Another instance may insert the same names at the same moment: either's row will do. A consumer
  // that was retired comes back with its old number, and so knows what it has handled.
  await database.write(INSERT_MISSING, [JSON.stringify(missing.toSorted())]);
}

function registered(consumer: Consumer, id: number | undefined): RegisteredConsumer {
  if (id === undefined) throw new Error(`consumer ${consumer.name} could not be registered`);
  const { name, on, concerns, patient, restMs = 0 } = consumer;
  const definitions = new Map(on.map((definition) => [definition.name, definition]));
  const read = (stored: RecordedEvent) => {
    const definition = definitions.get(stored.name);
    if (!definition) throw new Error(`${name} does not consume ${stored.name}`);
    return definition.read(stored);
  };
  const isReadable = (stored: RecordedEvent) =>
    stored.version <= (definitions.get(stored.name)?.version ?? 0);
  // One that this build cannot read is delivered, so that it is parked and not lost.
  const mayConcern = (stored: RecordedEvent) =>
    !concerns || !isReadable(stored) || concerns(read(stored));
  const wants = (stored: RecordedEvent) => definitions.has(stored.name) && mayConcern(stored);
  return {
    id,
    consumer,
    wants,
    isPatientWith: (stored) => {
      if (restMs > 0 || patient === undefined) return restMs > 0;
      const wanted = stored.filter(wants);
      return wanted.every(isReadable) && patient(wanted.map(read));
    },
    read,
  };
}

function refuseConflicts(consumers: readonly Consumer[]): void {
  const names = new Set<string>();
  const events = new Map<string, EventDefinition>();
  const kinds = new Map<string, Consumer['kind']>();
  for (const { name, lane, kind, on } of consumers) {
    if (names.has(name)) throw new ConsumerConflict(`two consumers are named ${name}`);
    names.add(name);
    if ((kinds.get(lane) ?? kind) !== kind) {
      throw new ConsumerConflict(`the lane ${lane} has transactional and external consumers`);
    }
    kinds.set(lane, kind);
    for (const definition of on) {
      const other = events.get(definition.name) ?? definition;
      if (other !== definition) {
        throw new ConsumerConflict(`two events are named ${definition.name}`);
      }
      events.set(definition.name, definition);
    }
  }
}
