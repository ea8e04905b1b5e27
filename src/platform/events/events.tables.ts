import {
  customType,
  index,
  int,
  mysqlTable,
  primaryKey,
  smallint,
  tinyint,
  varchar,
} from 'drizzle-orm/mysql-core';
import { createdMoment, id, moment } from '../database/columns.ts';

/** JSON as text: both servers store and return it alike, and only this process parses it. */
const jsonText = customType<{ data: string }>({ dataType: () => 'mediumtext' });

/** What transactions told: one row, an envelope, for all events of one transaction. */
export const outbox = mysqlTable(
  'platform_outbox',
  {
    id: id().primaryKey(),
    /** The instance that hands it to the consumers; another may do so once that one is dead. */
    ownerId: id('owner_id').notNull(),
    events: jsonText().notNull(),
    eventCount: int('event_count').notNull(),
    /** How often a dead instance's row was taken over: one that kills its process shows here. */
    takeovers: tinyint().notNull().default(0),
    occurredAt: createdMoment('occurred_at'),
    /** Set when every consumer is done with it. */
    dispatchedAt: moment('dispatched_at'),
  },
  // Serves both the search for an owner's waiting rows (NULL first) and retention by age.
  (table) => [index('platform_outbox_waiting').on(table.dispatchedAt, table.ownerId)],
);

/** Which consumer has handled which envelope; claimed in the transaction that handles it. */
export const inbox = mysqlTable(
  'platform_inbox',
  {
    consumerId: smallint('consumer_id').notNull(),
    envelopeId: id('envelope_id').notNull(),
    /** The batch that claimed it: tells a batch whose COMMIT went unanswered that it is done. */
    batchId: id('batch_id').notNull(),
    handledAt: createdMoment('handled_at'),
  },
  (table) => [
    primaryKey({ columns: [table.consumerId, table.envelopeId] }),
    // Retention by age; rows come in the order of this index, so keeping it up is cheap.
    index('platform_inbox_handled').on(table.handledAt),
  ],
);

/** The consumers that exist, so that a build knows of those that it does not contain. */
export const consumers = mysqlTable('platform_consumer', {
  id: smallint().autoincrement().primaryKey(),
  name: varchar({ length: 100 }).notNull().unique('platform_consumer_name'),
  registeredAt: createdMoment('registered_at'),
  /** Set when no build contains it any more: nothing waits for it then. */
  retiredAt: moment('retired_at'),
});

/** Events that a consumer failed on: tried again one by one, and dead letters in the end. */
export const parkedEvents = mysqlTable(
  'platform_parked_event',
  {
    id: id().primaryKey(),
    consumerId: smallint('consumer_id').notNull(),
    envelopeId: id('envelope_id').notNull(),
    /** The event's place in its envelope: together they are its key. */
    position: smallint().notNull(),
    event: jsonText().notNull(),
    /** Failed or begun ones so far. */
    attempts: smallint().notNull(),
    /** Attempts that met an outage: they must not make a dead letter of what is no poison. */
    outages: smallint().notNull().default(0),
    error: varchar({ length: 1000 }).notNull(),
    state: varchar({ length: 8 }).$type<'waiting' | 'dead'>().notNull(),
    nextTryAt: moment('next_try_at').notNull(),
    parkedAt: createdMoment('parked_at'),
  },
  (table) => [index('platform_parked_event_due').on(table.state, table.nextTryAt)],
);

/** The running processes. One that stops beating loses its envelopes to the others. */
export const instances = mysqlTable('platform_instance', {
  id: id().primaryKey(),
  startedAt: createdMoment('started_at'),
  heartbeatAt: createdMoment('heartbeat_at'),
});
