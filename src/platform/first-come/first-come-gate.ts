import { newId, type Id } from '../ids/id.ts';
import { every, type Repetition } from '../lifecycle/every.ts';
import { createBringBackOld } from './bring-back-old.ts';
import { CampaignWriter } from './campaign-writer.ts';
import { createClaimStatus } from './claim-status.ts';
import { DrainJobs } from './drain-jobs.ts';
import { Drains } from './drain.ts';
import { createEnterCampaign } from './enter-campaign.ts';
import { Epochs } from './epochs.ts';
import { createFindStored } from './find-stored.ts';
import type { FirstComeGate, FirstComeGateParts, GateLimits } from './first-come.ts';
import type { Claim } from './first-come.rules.ts';
import { GateConnection } from './gate-connection.ts';
import { gateKeys } from './gate-keys.ts';
import { GateNews } from './gate-news.ts';
import { GateRedis } from './gate-redis.ts';
import { createGateSweep } from './gate-sweep.ts';
import { createIntake } from './intake.ts';
import { RememberedRefusals } from './remembered-refusals.ts';
import { Waiters, type Entered } from './waiters.ts';

const DEFAULT_LIMITS: GateLimits = { waitMs: 2000, mostWaiting: 20_000, sweepMs: 1000 };

/**
 * The gate of one kind of campaign: Redis decides who is in and queues them in the same step, and the
 * database has the last word. README.md beside this file tells how it goes.
 */
export function createFirstComeGate(parts: FirstComeGateParts): FirstComeGate {
  const { prefix, name, store, log } = parts;
  const limits = { ...DEFAULT_LIMITS, ...parts.limits };
  const instanceId = newId();
  const keys = gateKeys(prefix, name);
  const connection = new GateConnection(parts.redis);
  const redis = new GateRedis(connection, keys);
  const writer = new CampaignWriter(connection, keys);
  const bringBackOld = createBringBackOld(redis);
  const answers = new Map<Entered['state'], number>();
  const waiters = new Waiters(limits.waitMs, limits.mostWaiting);
  const refusals = new RememberedRefusals((id, epoch) => redis.members(id, epoch), log);
  const findStored = createFindStored(store);
  let sweeping: Repetition[] = [];

  const epochs = new Epochs({
    store,
    redis,
    writer,
    bringBackOld,
    log,
    onLearn: beginEpoch,
    onFill: (campaignId, epoch) => news.tellChange(campaignId, epoch),
  });
  const news = new GateNews({
    connection: parts.redis,
    redis,
    keys,
    instanceId,
    log,
    handlers: { onChange: hearChange, onStored: answerStored },
  });
  const { precedence } = parts;
  const drains = new Drains({ store, redis, epochs, bringBackOld, precedence, log, tellStored });
  const jobs = new DrainJobs({
    redis: parts.redis,
    prefix,
    name: `first-come-${name}`,
    log,
    drain: (campaignId) => drains.drain(campaignId),
    hasBacklog: async (campaignId) => {
      const epoch = await epochs.current(campaignId);
      return epoch !== undefined && redis.hasBacklog(campaignId, epoch);
    },
  });
  const intake = createIntake({
    redis,
    instanceId,
    onStanding: (campaignId, epoch, standing, sentAtMs) => {
      refusals.learn(campaignId, epoch, standing, sentAtMs);
      // Whoever added the first entry has called for a drain.
      if (standing.added !== 'none' && !drains.wake(campaignId) && standing.added === 'first') {
        jobs.add(campaignId);
      }
    },
    onAnswer: (call, answer) => hearAnswer(call, answer),
    onFailure: (call, error) => hearFailure(call, error),
  });
  const { enter, letIn, hearAnswer, hearFailure } = createEnterCampaign({
    epochs,
    intake,
    refusals,
    waiters,
    findStored,
    callForDrain,
  });
  const sweep = createGateSweep({ store, redis, epochs, drains, log, callForDrain });

  return {
    enter: async (campaignId, memberId, extra = '') => {
      const entered = await enter(campaignId, memberId, extra);
      answers.set(entered.state, (answers.get(entered.state) ?? 0) + 1);
      return entered;
    },
    statusOf: createClaimStatus({ epochs, redis, findStored }),
    refresh: async (campaignId) => {
      try {
        await epochs.refresh(campaignId);
      } catch (error) {
        log.warn({ err: error, campaignId }, 'a change of a campaign is left to the sweep');
      }
      refusals.forget(campaignId);
      news.tellChange(campaignId);
    },
    start: async () => {
      news.start();
      jobs.start();
      sweeping = [
        every(limits.sweepMs, `the sweep of ${name} campaigns`, sweepIfUp, log),
        every(limits.waitMs / 4, `rechecking ${name} claims`, recheckOverdue, log),
      ];
      await connection.open();
    },
    stop: async () => {
      await Promise.all(sweeping.map((repetition) => repetition.stop()));
      await drains.stop();
      await jobs.stop();
      waiters.close();
      news.stop();
      connection.close();
    },
    activity: () => ({ waiting: waiters.size, answers }),
  };

  function callForDrain(campaignId: Id): void {
    if (!drains.wake(campaignId)) jobs.add(campaignId);
  }

  function tellStored(waitingAt: Id, claims: readonly Claim[]): void {
    if (waitingAt === instanceId) answerStored(claims);
    else news.tellStored(waitingAt, claims);
  }

  function answerStored(claims: readonly Claim[]): void {
    for (const { claimId, rank } of claims) {
      waiters.settle(claimId, { state: 'issued', claimId, rank });
    }
  }

  function hearChange(campaignId: Id, epoch: number | undefined): void {
    refusals.forget(campaignId);
    if (epoch !== undefined) epochs.learn(campaignId, epoch);
  }

  /** What was let in by an epoch before may be lost: whoever waits for it here goes in again. */
  function beginEpoch(campaignId: Id, epoch: number): void {
    refusals.forget(campaignId);
    for (const waiter of waiters.of(campaignId)) {
      if (waiter.inBy && waiter.inBy.epoch !== epoch) letIn(waiter);
    }
  }

  async function sweepIfUp(): Promise<void> {
    refusals.forgetExpired();
    if (connection.isUp) await sweep();
  }

  /** Their answer may have been lost on the way, or their claim with Redis. */
  function recheckOverdue(): Promise<void> {
    for (const waiter of waiters.takeOverdue()) if (waiter.inBy) letIn(waiter);
    return Promise.resolve();
  }
}
