import type { Id } from '../ids/id.ts';
import type { GateRedis } from './gate-redis.ts';

/** Stream entries that are read at once. */
const AT_ONCE = 50;

/** Returns false when the present epoch is another one. */
export type BringBackOld = (campaignId: Id, epoch: number) => Promise<boolean>;

/**
 * Lets the entries of older epochs in again, by the present one. Nobody is answered: whoever waits
 * asks as soon as his instance hears of the new epoch. Harmless at any time, and in several instances
 * at once.
 */
export function createBringBackOld(redis: GateRedis): BringBackOld {
  return async function bringBackOld(campaignId, epoch) {
    for (const oldEpoch of await redis.oldEpochs(campaignId)) {
      for (;;) {
        const entries = await redis.readOld(campaignId, oldEpoch, AT_ONCE);
        if (entries.length === 0) break;
        for (const { streamId, instanceId, entries: claims } of entries) {
          const call = { epoch, instanceId, isReturning: true, claims };
          const decision = await redis.enter(campaignId, call);
          if (decision === 'stale') return false;
          await redis.deleteOld(campaignId, oldEpoch, streamId);
        }
      }
      await redis.dropOld(campaignId, oldEpoch);
    }
    return true;
  };
}
