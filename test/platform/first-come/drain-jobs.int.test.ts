import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { closeRedis, openRedis, type Redis } from '../../../src/platform/cache/redis.ts';
import { DrainJobs } from '../../../src/platform/first-come/drain-jobs.ts';
import { newId, type Id } from '../../../src/platform/ids/id.ts';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import { eventually } from '../../support/eventually.ts';
import { createLatch } from './support/held-store.ts';

const log = createLogger('silent');

let redis: Redis;
let running: DrainJobs[] = [];
beforeAll(() => {
  redis = openRedis(inject('redisUrl'), log);
});
afterAll(() => closeRedis(redis));
afterEach(async () => {
  await Promise.all(running.map((jobs) => jobs.stop()));
  running = [];
});

function startJobs(
  drain: (campaignId: Id) => Promise<void>,
  hasBacklog: (campaignId: Id) => Promise<boolean>,
): DrainJobs {
  const jobs = new DrainJobs({
    redis,
    prefix: `test-${newId()}`,
    name: 'drains',
    drain,
    hasBacklog,
    log,
  });
  jobs.start();
  running.push(jobs);
  return jobs;
}

describe('the job of a campaign', () => {
  it('is not lost when it is added while the one before is about to end', async () => {
    const campaignId = newId();
    const drained: number[] = [];
    let waiting = 1;
    const isLooking = createLatch();
    const mayEnd = createLatch();
    const jobs = startJobs(
      async () => {
        drained.push(waiting);
        waiting = 0;
        isLooking.open();
        // The first one has looked for the last time, and goes on being the campaign's job.
        if (drained.length === 1) await mayEnd.opened;
      },
      async () => waiting > 0,
    );
    jobs.add(campaignId);
    await isLooking.opened;
    waiting = 1;
    jobs.add(campaignId);
    // The second addition is over, and was dropped: there is no second job.
    await redis.ping();
    mayEnd.open();
    // On a machine that stands still for a second, a job is done twice, and finds nothing then.
    await eventually(() => expect(drained.filter((found) => found > 0)).toEqual([1, 1]));
  });

  it('is done once, however often it is called for', async () => {
    let drains = 0;
    const mayEnd = createLatch();
    const jobs = startJobs(
      async () => {
        drains += 1;
        await mayEnd.opened;
      },
      () => Promise.resolve(false),
    );
    const campaignId = newId();
    jobs.add(campaignId);
    await eventually(() => expect(drains).toBe(1));
    for (let times = 0; times < 20; times += 1) {
      jobs.add(campaignId);
      await redis.ping();
    }
    mayEnd.open();
    await Promise.all(running.map((each) => each.stop()));
    running = [];
    expect(drains).toBe(1);
  });

  it('is there again after one that failed', async () => {
    let drains = 0;
    const jobs = startJobs(
      () => {
        drains += 1;
        return Promise.reject(new Error('the database is away'));
      },
      () => Promise.resolve(true),
    );
    const campaignId = newId();
    await eventually(() => {
      jobs.add(campaignId);
      expect(drains).toBeGreaterThan(2);
    });
  });
});
