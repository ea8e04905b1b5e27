import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Invalidations } from '../../../src/platform/cache/invalidations.ts';
import { closeRedis, openRedis, type Redis } from '../../../src/platform/cache/redis.ts';
import type { LocalStack } from '../../../src/platform/local-stack/local-stack.ts';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import { eventually } from '../../support/eventually.ts';
import { startOwnRedis } from '../../support/own-redis.ts';

const log = createLogger('silent');
const dataDir = mkdtempSync(join(tmpdir(), 'seonchak-cache-'));
const startRedis = () => startOwnRedis(dataDir);

let stack: LocalStack;
const connections: Redis[] = [];
const instances: Invalidations[] = [];
beforeAll(async () => {
  stack = await startRedis();
});
afterAll(async () => {
  for (const each of instances) each.stop();
  for (const redis of connections) closeRedis(redis);
  await stack.stop();
  rmSync(dataDir, { recursive: true });
});

/** An instance with two caches, and what they were told to forget. */
async function startInstance(prefix = 'test') {
  const redis = openRedis(stack.redisUrl ?? '', log);
  connections.push(redis);
  const invalidations = new Invalidations({ redis, prefix, log });
  instances.push(invalidations);
  const forgotten: { apples: unknown[]; pears: unknown[] } = { apples: [], pears: [] };
  invalidations.register('apples', (keys) => forgotten.apples.push(keys));
  invalidations.register('pears', (keys) => forgotten.pears.push(keys));
  invalidations.start();
  await eventually(() => expect(invalidations.isHearing).toBe(true));
  // What happened before it listened may be anything.
  expect(forgotten).toEqual({ apples: ['all'], pears: ['all'] });
  forgotten.apples.length = 0;
  forgotten.pears.length = 0;
  return { invalidations, forgotten };
}

describe('what has changed', () => {
  it('is forgotten here at once, and by the other instances of the shop', async () => {
    const [here, there, elsewhere] = await Promise.all([
      startInstance(),
      startInstance(),
      startInstance('another-shop'),
    ]);
    here.invalidations.tell('apples', ['a', 'b']);
    expect(here.forgotten.apples).toEqual([['a', 'b']]);
    await eventually(() => expect(there.forgotten.apples).toEqual([['a', 'b']]));
    there.invalidations.tell('pears', ['c']);
    await eventually(() => expect(here.forgotten.pears).toEqual([['c']]));
    expect(there.forgotten.apples).toHaveLength(1);
    expect(elsewhere.forgotten).toEqual({ apples: [], pears: [] });
  });

  it('is everything, when it is too much to be told one by one', async () => {
    const [here, there] = await Promise.all([startInstance(), startInstance()]);
    const keys = Array.from({ length: 1001 }, (_, index) => String(index));
    here.invalidations.tell('apples', keys);
    expect(here.forgotten.apples).toEqual([keys]);
    await eventually(() => expect(there.forgotten.apples).toEqual(['all']));
  });

  it('may be anything after Redis was away, and nothing is heard meanwhile', async () => {
    const [here, there] = await Promise.all([startInstance(), startInstance()]);
    await stack.stop();
    await eventually(() => expect(there.invalidations.isHearing).toBe(false));
    here.invalidations.tell('apples', ['a']);
    expect(here.forgotten.apples).toEqual([['a']]);
    expect(there.forgotten.apples).toEqual([]);
    stack = await startRedis();
    await eventually(() => expect(there.invalidations.isHearing).toBe(true));
    expect(there.forgotten.pears).toEqual(['all']);
    expect(there.forgotten.apples).toContain('all');
    await eventually(() => expect(here.invalidations.isHearing).toBe(true));
    here.forgotten.apples.length = 0;
    there.invalidations.tell('apples', ['b']);
    await eventually(() => expect(here.forgotten.apples).toContainEqual(['b']));
  });

  it('may be anything after a connection that went silent, and after a message nobody can read', async () => {
    const here = await startInstance();
    const redis = connections.at(-1)!;
    // The server takes commands of others in, and answers nobody.
    await redis.call('CLIENT', 'PAUSE', '5000', 'ALL');
    await eventually(() => expect(here.invalidations.isHearing).toBe(false));
    await eventually(() => expect(here.invalidations.isHearing).toBe(true));
    expect(here.forgotten.pears).toContain('all');
    here.forgotten.pears.length = 0;
    await redis.publish('test:invalidations', 'not JSON');
    await eventually(() => expect(here.forgotten.pears).toEqual(['all']));
  });
});
