import { Queue } from 'bullmq';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
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
  vi.restoreAllMocks();
  await Promise.all(running.map((jobs) => jobs.stop()));
  running = [];
});

function startJobs(
  drain: (campaignId: Id) => Promise<void>,
  hasBacklog: (campaignId: Id) => Promise<boolean>,
  prefix = `test-${newId()}`,
): DrainJobs {
  const jobs = new DrainJobs({
    redis,
    prefix,
    name: 'drains',
    drain,
    hasBacklog,
    log,
  });
  jobs.start();
  running.push(jobs);
  return jobs;
}

/** Has BullMQ's answer to the n-th addition from now on wait, though Redis has taken note of it. */
function holdAnswer(nth: number) {
  const isDecided = createLatch();
  const mayAnswer = createLatch();
  // It is called with the queue that it belongs to.
  // oxlint-disable-next-line typescript/unbound-method
  const { add } = Queue.prototype;
  let count = 0;
  vi.spyOn(Queue.prototype, 'add').mockImplementation(async function (this: Queue, ...args) {
    count += 1;
    const isHeld = count === nth;
    const job = await add.apply(this, args);
    if (isHeld) {
      isDecided.open();
      await mayAnswer.opened;
    }
    return job;
  });
  return { begun: () => count >= nth, decided: isDecided.opened, answer: mayAnswer.open };
}

describe('the job of a campaign', () => {
  it.each(['before that one ends', 'after it has'])(
    'is not lost when it is added while the one before is about to end, and answered %s',
    async (answered) => {
      const prefix = `test-${newId()}`;
      const second = holdAnswer(2);
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
        prefix,
      );
      jobs.add(campaignId);
      await isLooking.opened;
      waiting = 1;
      await eventually(() => {
        jobs.add(campaignId);
        expect(second.begun()).toBe(true);
      });
      // It was dropped: there is no second job.
      await second.decided;
      if (answered === 'before that one ends') second.answer();
      mayEnd.open();
      await eventually(async () => expect(await redis.llen(`${prefix}:drains:active`)).toBe(0));
      second.answer();
      // On a machine that stands still for a second, a job is done twice, and finds nothing then.
      await eventually(() => expect(drained.filter((found) => found > 0)).toEqual([1, 1]));
    },
  );

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
    // Sent after the last addition: that one is over, too.
    await redis.ping();
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
