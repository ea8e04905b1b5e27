import { join } from 'node:path';
import {
  createTestStore,
  createCampaignTables,
  createCampaign,
  booksOf,
} from './test/platform/first-come/support/test-campaigns.ts';
import { startLocalStack } from './src/platform/local-stack/local-stack.ts';
import { Database } from './src/platform/database/database.ts';
import { migrateDatabase } from './src/platform/database/migrate.ts';
import { EventBackbone } from './src/platform/events/event-backbone.ts';
import { createLogger } from './src/platform/logging/logger.ts';
import { openRedis } from './src/platform/cache/redis.ts';
import { createFirstComeGate } from './src/platform/first-come/first-come-gate.ts';
import { newId } from './src/platform/ids/id.ts';
import { createConnection } from 'mysql2/promise';

const stack = await startLocalStack({
  dataDir: '/tmp/td-gate/probe',
  vendorDir: '.data/vendor',
  database: true,
  redis: true,
  log: () => undefined,
});
const c = await createConnection({ uri: stack.databaseUrl! });
await c.query('DROP DATABASE seonchak');
await c.query('CREATE DATABASE seonchak COLLATE utf8mb4_unicode_ci');
await c.end();
await migrateDatabase(stack.databaseUrl!, 'migrations');
const database = Database.open(stack.databaseUrl!, 16);
await createCampaignTables(database);
const log = createLogger('warn');
const backbone = new EventBackbone(database, { heartbeatMs: 500, leaseMs: 4000 }, log);
await backbone.start([]);
const redis = openRedis(stack.redisUrl!, log);
const gate = createFirstComeGate({
  redis,
  prefix: 'p',
  name: 'probe',
  store: createTestStore(database, backbone.inTransaction),
  log,
});
await gate.start();
const campaignId = await createCampaign(database, { quota: 10_000_000 });
const SECONDS = Number(process.env.SECONDS ?? 4);

import Fastify from 'fastify';
import jwt from '@fastify/jwt';
import { spawn } from 'node:child_process';
const server = Fastify();
await server.register(jwt, { secret: 'x'.repeat(32) });
const enter = async () => gate.enter(campaignId, newId(), '');
server.post('/claim', { onRequest: (r: any) => r.jwtVerify() }, async (_r, reply) => {
  const e = await enter();
  return reply.code(201).send(e);
});
server.post('/floor', { onRequest: (r: any) => r.jwtVerify() }, async (_r, reply) =>
  reply.code(201).send({ state: 'issued', claimId: newId(), rank: 1 }),
);
await server.listen({ port: 0, host: '127.0.0.1' });
const port = (server.server.address() as any).port;
const token = server.jwt.sign({ sub: newId(), kind: 'member' });
const { writeFileSync } = await import('node:fs');
writeFileSync(
  '/tmp/td-gate/post.lua',
  'wrk.method="POST"\nwrk.headers["authorization"]="Bearer ' + token + '"\n',
);
for (const path of ['/floor', '/claim', '/claim'])
  for (const c of [64, 256]) {
    const cpu = process.cpuUsage();
    const out = await new Promise<string>((resolve) => {
      const w = spawn(
        process.env.WRK!,
        [
          '-t1',
          '-c' + c,
          '-d' + SECONDS + 's',
          '--latency',
          '-s',
          '/tmp/td-gate/post.lua',
          `http://127.0.0.1:${port}${path}`,
        ],
        { env: { ...process.env, LD_LIBRARY_PATH: process.env.WRKLIB } },
      );
      let o = '';
      w.stdout.on('data', (d) => (o += d));
      w.stderr.on('data', (d) => (o += d));
      w.on('close', () => resolve(o));
    });
    const used = process.cpuUsage(cpu);
    console.log(
      path,
      c,
      /Requests\/sec.*/.exec(out)?.[0],
      /50%.*/.exec(out)?.[0],
      /99%.*/.exec(out)?.[0],
      /Non-2xx.*/.exec(out)?.[0] ?? '',
      'node cpu s',
      ((used.user + used.system) / 1e6).toFixed(1),
    );
  }
await server.close();
const books = await booksOf(database, campaignId);
console.log('issued', books.issued, books.claims.length, 'epoch', books.epoch);
await gate.stop();
redis.disconnect();
await backbone.stop();
await database.close();
await stack.stop();
