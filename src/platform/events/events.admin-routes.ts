import { Type } from 'typebox';
import { recordAudit } from '../audit/record-audit.ts';
import { adminIdOf } from '../auth/access-token.ts';
import type { Database } from '../database/database.ts';
import { notFound } from '../errors/problem.ts';
import { page } from '../http/page.ts';
import { closedObject, idSchema, listOf, listQuery, momentSchema } from '../http/schemas.ts';
import type { Routes } from '../http/shop-server.ts';
import type { Consumer } from './consumer.ts';
import {
  listDeadLetters,
  readConsumerBacklogs,
  readOutboxBacklog,
  reviveAll,
  reviveOne,
} from './operations.store.ts';
import type { InTransaction } from './transactions.ts';

const tags = ['admin: operations'];
const DEAD_LETTERS = '/api/v1/admin/events/dead-letters';
/** What a replay of all is about, in the audit log: no single dead letter. */
const ALL = '00000000-0000-0000-0000-000000000000';

const consumerName = () =>
  Type.String({ maxLength: 100, examples: ['catalog.keep-stock-for-orders'] });

const DeadLetterSchema = Type.Object({
  id: idSchema(),
  consumer: consumerName(),
  eventName: Type.String({ examples: ['order.placed'] }),
  aggregateId: Type.String(),
  payload: Type.Unknown(),
  trace: Type.Optional(Type.String()),
  error: Type.String(),
  attempts: Type.Integer(),
  parkedAt: momentSchema(),
});

const BacklogSchema = Type.Object({
  outbox: Type.Object({
    envelopes: Type.Integer(),
    events: Type.Integer(),
    oldestAgeSeconds: Type.Number(),
  }),
  consumers: Type.Array(
    Type.Object({
      consumer: consumerName(),
      waitingEnvelopes: Type.Integer(),
      oldestAgeSeconds: Type.Number(),
      parkedEvents: Type.Integer({ description: 'Failed, and tried again by themselves' }),
      deadLetters: Type.Integer({ description: 'Given up, until they are replayed' }),
    }),
  ),
});

/** What an operator does about events: look at what waits and what failed, and replay. */
export function eventsAdminRoutes(use: {
  database: Database;
  inTransaction: InTransaction;
  consumers: readonly Consumer[];
}): Routes {
  const { database, inTransaction } = use;
  const subscriptions = use.consumers.map(({ name, on }) => ({
    consumer: name,
    events: on.map((definition) => definition.name),
  }));

  return (scope) => {
    scope.get(
      '/events/backlog',
      {
        config: { permission: 'operations.read' },
        schema: { summary: 'What waits, by consumer', tags, response: { 200: BacklogSchema } },
      },
      async () => ({
        outbox: await readOutboxBacklog(database),
        consumers: await readConsumerBacklogs(database, subscriptions),
      }),
    );

    scope.get(
      '/events/dead-letters',
      {
        config: { permission: 'operations.read' },
        schema: {
          summary: 'Events that a consumer failed on for good, newest first',
          tags,
          querystring: closedObject({ ...listQuery, consumer: Type.Optional(consumerName()) }),
          response: { 200: listOf(DeadLetterSchema) },
        },
      },
      ({ query: { consumer, ...request } }) =>
        page(request, async (limit, beforeId) => {
          const letters = await listDeadLetters(database, { consumer, limit, beforeId });
          return letters.map(({ event, parkedAt, ...letter }) => ({
            ...letter,
            eventName: event.name,
            aggregateId: event.aggregateId,
            payload: event.payload,
            ...(event.trace === undefined ? {} : { trace: event.trace }),
            parkedAt: parkedAt.toISOString(),
          }));
        }),
    );

    scope.post(
      '/events/dead-letters/:deadLetterId/replay',
      {
        config: { permission: 'operations.write', resource: DEAD_LETTERS },
        schema: {
          summary: 'Try a dead letter again',
          tags,
          params: closedObject({ deadLetterId: idSchema() }),
          response: { 202: Type.Object({ replayed: Type.Integer() }) },
        },
      },
      async (request, reply) => {
        const { deadLetterId } = request.params;
        await inTransaction(async (tx) => {
          if (!(await reviveOne(tx, deadLetterId))) throw notFound('There is no such dead letter');
          await recordAudit(tx, {
            adminId: adminIdOf(request),
            action: 'events.replay',
            subjectId: deadLetterId,
          });
        });
        return reply.code(202).send({ replayed: 1 });
      },
    );

    scope.post(
      '/events/dead-letters/replay',
      {
        config: { permission: 'operations.write', resource: DEAD_LETTERS },
        schema: {
          summary: 'Try all dead letters again, or those of one consumer',
          tags,
          body: closedObject({ consumer: Type.Optional(consumerName()) }),
          response: { 202: Type.Object({ replayed: Type.Integer() }) },
        },
      },
      async (request, reply) => {
        const { consumer } = request.body;
        const replayed = await inTransaction(async (tx) => {
          const count = await reviveAll(tx, consumer);
          await recordAudit(tx, {
            adminId: adminIdOf(request),
            action: 'events.replay-all',
            subjectId: ALL,
            detail: { consumer: consumer ?? null, count },
          });
          return count;
        });
        return reply.code(202).send({ replayed });
      },
    );
  };
}
