import { join } from 'node:path';
import { Type } from 'typebox';
import { accessTokenSigner, membersOnly } from '../../../src/platform/auth/access-token.ts';
import { batchedCall } from '../../../src/platform/batching/batched-call.ts';
import { DatabaseClock } from '../../../src/platform/clock/clock.ts';
import { projectRoot } from '../../../src/platform/config/project-root.ts';
import { loadConfig } from '../../../src/platform/config/config.ts';
import { Database } from '../../../src/platform/database/database.ts';
import { migrateDatabase } from '../../../src/platform/database/migrate.ts';
import { defineConsumer } from '../../../src/platform/events/consumer.ts';
import { defineEvent } from '../../../src/platform/events/define-event.ts';
import { EventBackbone } from '../../../src/platform/events/event-backbone.ts';
import { recordEvents } from '../../../src/platform/events/record-events.ts';
import { createShopServer } from '../../../src/platform/http/shop-server.ts';
import { closedObject } from '../../../src/platform/http/schemas.ts';
import { newId, type Id } from '../../../src/platform/ids/id.ts';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import type { StartSubject } from '../subject.ts';
import { smallPost } from './fastify-floor.ts';

const noted = defineEvent(
  'bench.noted',
  Type.Object({ note: Type.String({ maxLength: 100 }), amount: Type.Integer() }),
);

/** Tells requests when both consumers are done with their event. */
class Arrivals {
  readonly #waiting = new Map<Id, { missing: number; resolve: () => void }>();

  wait(id: Id): Promise<void> {
    return new Promise((resolve) => this.#waiting.set(id, { missing: 2, resolve }));
  }

  done(ids: readonly Id[]): void {
    for (const id of ids) {
      const entry = this.#waiting.get(id);
      if (!entry) continue;
      entry.missing -= 1;
      if (entry.missing > 0) continue;
      this.#waiting.delete(id);
      entry.resolve();
    }
  }
}

/** Adds up what it hears, in one row: a projection such as a dashboard's. */
function counter(name: string, arrivals: Arrivals) {
  return defineConsumer({
    name: `bench.${name}`,
    lane: name,
    on: [noted],
    ordering: 'commutative',
    handle: async (tx, events) => {
      const amount = events.reduce((sum, event) => sum + event.payload.amount, 0);
      await tx.write(
        'UPDATE bench_totals SET events = events + ?, amount = amount + ? WHERE consumer = ?',
        [events.length, amount, name],
      );
      tx.afterCommit(() => arrivals.done(events.map((event) => event.aggregateId)));
    },
  });
}

/**
 * Events that enter by an authenticated POST, go through the outbox to two consumers, and are
 * answered when both are done.
 */
export const startEvents: StartSubject = async ({ databaseUrl }) => {
  const log = createLogger('warn');
  await migrateDatabase(databaseUrl, join(projectRoot(), 'migrations'));
  const database = Database.open(databaseUrl, 16);
  await database.write(
    `CREATE TABLE bench_totals (
       consumer VARCHAR(20) PRIMARY KEY, events BIGINT NOT NULL, amount BIGINT NOT NULL)`,
  );
  await database.write("INSERT INTO bench_totals VALUES ('left', 0, 0), ('right', 0, 0)");

  const config = loadConfig({ SHOP_RATE_LIMIT: 'off' });
  const backbone = new EventBackbone(database, config.events, log);
  const arrivals = new Arrivals();
  await backbone.start([counter('left', arrivals), counter('right', arrivals)]);

  const record = batchedCall<{ id: Id; payload: { note: string; amount: number } }, void>({
    maxInputs: 512,
    pauseMs: 0,
    run: async (inputs) => {
      await backbone.inTransaction(async (tx) => {
        recordEvents(tx, ...inputs.map(({ id, payload }) => noted.of(id, 1, payload)));
      });
      return inputs.map(() => ({ ok: true, value: undefined }));
    },
  });

  const clock = await DatabaseClock.start(() => database.timeMs());
  const secret = 'a secret of the bench, at least 32';
  const server = await createShopServer(config.http, secret, clock, log);
  server.post(
    '/events',
    {
      onRequest: membersOnly,
      schema: {
        body: closedObject({ note: Type.String({ maxLength: 100 }), amount: Type.Integer() }),
        response: { 201: Type.Object({ id: Type.String() }) },
      },
    },
    async (request, reply) => {
      const id = newId();
      const handled = arrivals.wait(id);
      await record({ id, payload: request.body });
      await handled;
      return reply.code(201).send({ id });
    },
  );
  const token = accessTokenSigner(server)({ kind: 'member', sub: newId() });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    request: smallPost('/events', token),
    isExact: async ({ accepted }) => {
      await backbone.settled();
      const totals = await database.select<{ events: number; amount: number }>(
        'SELECT events, amount FROM bench_totals',
      );
      const [sums] = await database.select<{ events: number }>(
        'SELECT COALESCE(SUM(event_count), 0) AS events FROM platform_outbox',
      );
      const recorded = sums?.events ?? 0;
      return recorded >= accepted && totals.every((row) => row.events === recorded);
    },
    stop: async () => {
      await server.close();
      await backbone.stop();
      await database.close();
    },
  };
};
