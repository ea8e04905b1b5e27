import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeRedis, openRedis, type Redis } from '../../../src/platform/cache/redis.ts';
import { Chores } from '../../../src/platform/jobs/chores.ts';
import type { LocalStack } from '../../../src/platform/local-stack/local-stack.ts';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import { eventually } from '../../support/eventually.ts';
import { startOwnRedis } from '../../support/own-redis.ts';

const log = createLogger('silent');
const HOUR_MS = 3_600_000;
const SWEEP_MS = 200;

let dataDir: string;
let stack: LocalStack;
let redis: Redis;
let chores: Chores | undefined;

// A Redis of the file's own: it is flushed and restarted.
const startRedis = () => startOwnRedis(dataDir);

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'seonchak-chores-'));
  stack = await startRedis();
  redis = openRedis(stack.redisUrl ?? '', log);
});
afterEach(async () => {
  await chores?.stop();
  closeRedis(redis);
  await stack.stop();
  rmSync(dataDir, { recursive: true });
});

function begin(list: readonly { name: string; everyMs: number; run: () => Promise<void> }[]) {
  chores = new Chores(redis, 'test', list, log, SWEEP_MS);
  chores.start();
}

const scheduled = () => redis.zcard('test:chores:repeat');

describe('chores', () => {
  it('run again and again, also after one failed and after Redis was restarted', async () => {
    let runs = 0;
    const run = async () => {
      runs += 1;
      if (runs === 2) throw new Error('once');
    };
    begin([{ name: 'count', everyMs: 50, run }]);
    await eventually(() => expect(runs).toBeGreaterThan(3));

    await stack.stop();
    const before = runs;
    stack = await startRedis();
    await eventually(() => expect(runs).toBeGreaterThan(before + 2), 20_000);
  });

  it('stop although Redis is away', async () => {
    begin([{ name: 'idle', everyMs: HOUR_MS, run: () => Promise.resolve() }]);
    await eventually(async () => expect(await scheduled()).toBe(1));
    await stack.stop();
    await eventually(() => expect(redis.status).not.toBe('ready'));
    await chores?.stop();
    chores = undefined;
  });

  it('are scheduled again after a FLUSHALL with a thousand of them pending', async () => {
    const list = Array.from({ length: 1000 }, (_, index) => ({
      name: `chore-${index}`,
      everyMs: HOUR_MS,
      run: () => Promise.resolve(),
    }));
    begin(list);
    await eventually(async () => expect(await scheduled()).toBe(1000));
    await redis.flushall();
    await eventually(async () => expect(await scheduled()).toBe(1000));
  });
});
