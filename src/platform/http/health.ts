import { Type } from 'typebox';
import type { ShopServer } from './shop-server.ts';

/** Something the shop needs; `check` throws when it is not there. */
export type HealthCheck = { name: string; check: () => Promise<void> };

const CHECK_TIMEOUT_MS = 2000;

const ReadySchema = Type.Object({
  status: Type.Enum(['ready', 'not_ready']),
  checks: Type.Record(Type.String(), Type.Enum(['up', 'down'])),
  warnings: Type.Array(Type.String(), {
    description: 'What people should see to, although the shop works',
  }),
});

/**
 * /health/live: the process answers. /health/ready: everything that orders need answers too; a load
 * balancer sends no traffic to an instance that is not ready. Warnings do not make it so.
 */
export function registerHealth(
  server: ShopServer,
  checks: readonly HealthCheck[],
  warnings: () => readonly string[],
): void {
  server.get(
    '/health/live',
    {
      schema: {
        summary: 'The process answers',
        tags: ['health'],
        response: { 200: Type.Object({ status: Type.String() }) },
      },
    },
    () => ({ status: 'live' }),
  );
  server.get(
    '/health/ready',
    {
      schema: {
        summary: 'Everything that is needed answers',
        tags: ['health'],
        response: { 200: ReadySchema, 503: ReadySchema },
      },
    },
    async (request, reply) => {
      const results = await Promise.all(
        checks.map(async ({ name, check }) => {
          try {
            await withTimeout(check());
            return [name, 'up'] as const;
          } catch (error) {
            request.log.warn({ reqId: request.id, err: error, check: name }, 'not ready');
            return [name, 'down'] as const;
          }
        }),
      );
      const ready = results.every(([, state]) => state === 'up');
      return reply.code(ready ? 200 : 503).send({
        status: ready ? 'ready' : 'not_ready',
        checks: Object.fromEntries(results),
        warnings: [...warnings()],
      });
    },
  );
}

async function withTimeout(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await Promise.race([
      work,
      new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error('no answer in time')), CHECK_TIMEOUT_MS);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
