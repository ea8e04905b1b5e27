import { Precedence } from '../../../../src/platform/batching/precedence.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeRedis, openRedis, type Redis } from '../../../../src/platform/cache/redis.ts';
import type { CampaignStore } from '../../../../src/platform/first-come/campaign-store.ts';
import { createFirstComeGate } from '../../../../src/platform/first-come/first-come-gate.ts';
import type { FirstComeGate, GateLimits } from '../../../../src/platform/first-come/first-come.ts';
import { GateConnection } from '../../../../src/platform/first-come/gate-connection.ts';
import { GateRedis } from '../../../../src/platform/first-come/gate-redis.ts';
import { gateKeys, type CampaignKeys } from '../../../../src/platform/first-come/gate-keys.ts';
import type { Id } from '../../../../src/platform/ids/id.ts';
import type { LocalStack } from '../../../../src/platform/local-stack/local-stack.ts';
import { createLogger } from '../../../../src/platform/logging/logger.ts';
import { eventually } from '../../../support/eventually.ts';
import { startOwnRedis } from '../../../support/own-redis.ts';
import { createBackboneRig } from '../../../support/start-backbone.ts';
import { createCampaignTables, createTestStore } from './test-campaigns.ts';

export type GateRig = Awaited<ReturnType<typeof createGateRig>>;

const PREFIX = 'test';
const NAME = 'tests';

/** Gates on a database and a Redis of their own: each is as good as an instance of the shop. */
export async function createGateRig() {
  const log = createLogger(process.env.TEST_LOG_LEVEL ?? 'silent');
  const dataDir = mkdtempSync(join(tmpdir(), 'seonchak-gate-'));
  const backboneRig = await createBackboneRig();
  const { database } = backboneRig;
  await createCampaignTables(database);
  const { inTransaction } = await backboneRig.start([]);
  const store = createTestStore(database, inTransaction);

  const startStack = () => startOwnRedis(dataDir);
  let stack: LocalStack = await startStack();
  const connections: Redis[] = [];
  const gates = new Set<FirstComeGate>();
  const connect = () => {
    const redis = openRedis(stack.redisUrl ?? '', log);
    // A server that reads its file is asked again soon: tests restart it often.
    redis.options.maxLoadingRetryTime = 100;
    connections.push(redis);
    return redis;
  };

  return {
    database,
    store,
    log,
    /** Looks into Redis beside the gates. */
    redis: connect(),
    redisData: join(dataDir, 'redis'),
    connect,
    keysOf: (campaignId: Id): CampaignKeys => gateKeys(PREFIX, NAME).of(campaignId),
    start: async (
      limits: Partial<GateLimits> = {},
      substitute: Partial<CampaignStore> = {},
      precedence = new Precedence(),
    ) => {
      const gate = createFirstComeGate({
        redis: connect(),
        prefix: PREFIX,
        name: NAME,
        store: { ...store, ...substitute },
        log,
        limits,
        precedence,
      });
      gates.add(gate);
      await gate.start();
      return gate;
    },
    stop: async (gate: FirstComeGate) => {
      gates.delete(gate);
      await gate.stop();
    },
    /** The commands of a gate, by themselves. */
    openGateRedis: async () => {
      const connection = new GateConnection(connect());
      await connection.open();
      return { connection, redis: new GateRedis(connection, gateKeys(PREFIX, NAME)) };
    },
    stopGates: async () => {
      const running = [...gates];
      gates.clear();
      await Promise.all(running.map((gate) => gate.stop()));
    },
    stopRedis: async () => {
      await stack.stop();
      await eventually(() => {
        if (connections.some(({ status }) => status === 'ready')) throw new Error('still there');
      });
    },
    startRedis: async () => {
      stack = await startStack();
      await eventually(() => {
        if (connections.some(({ status }) => status !== 'ready')) throw new Error('not yet there');
      });
    },
    close: async () => {
      await Promise.all([...gates].map((gate) => gate.stop()));
      for (const redis of connections) closeRedis(redis);
      await stack.stop();
      await backboneRig.close();
      rmSync(dataDir, { recursive: true });
    },
  };
}
