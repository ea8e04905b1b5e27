import type { Id } from '../ids/id.ts';
import type { Logger } from '../logging/logger.ts';
import type { Campaign, CampaignStore } from './campaign-store.ts';
import type { Drains } from './drain.ts';
import type { Epochs } from './epochs.ts';
import type { Head } from './gate-replies.ts';
import type { GateRedis } from './gate-redis.ts';

export type SweepParts = {
  store: CampaignStore;
  redis: GateRedis;
  epochs: Epochs;
  drains: Drains;
  callForDrain: (campaignId: Id) => void;
  log: Logger;
};

/** Sweeps without progress after which an instance does not rely on the job any longer. */
const MOST_IDLE_SWEEPS = 2;

/** Claims that waited at the last sweep, and for how many sweeps nothing of them was stored. */
type Backlog = { epoch: number; settledRank: number; idleSweeps: number };

/**
 * Compares Redis with the campaigns of the database: whatever was flushed, missed or left lying by
 * whoever died is taken up again.
 */
export function createGateSweep(parts: SweepParts): () => Promise<void> {
  const { store, redis, epochs, drains, callForDrain, log } = parts;
  let backlogs = new Map<Id, Backlog>();

  return async function sweep() {
    const campaigns = await store.readOpenCampaigns();
    if (campaigns.length === 0) return;
    const before = backlogs;
    backlogs = new Map();
    const heads = await redis.heads(campaigns.map(({ id }) => id));
    await Promise.all(
      campaigns.map(async (campaign, index) => {
        try {
          await check(campaign, heads[index], before.get(campaign.id));
        } catch (error) {
          log.warn({ err: error, campaignId: campaign.id }, 'a campaign could not be checked');
        }
      }),
    );
  };

  async function check(
    campaign: Campaign,
    head: Head | undefined,
    before: Backlog | undefined,
  ): Promise<void> {
    const { id } = campaign;
    if (!head?.isOfThisRun || head.epoch < campaign.epoch) {
      await epochs.renew(id, campaign.epoch);
    } else if (head.epoch > campaign.epoch) {
      // Begun after we looked, or the database is an older one than Redis knew: then it is right.
      const latest = await store.readCampaign(id);
      if (latest && latest.epoch < head.epoch) await epochs.renew(id, head.epoch + 1);
    } else if (head.version < campaign.version) {
      await epochs.refresh(id);
    }
    const epoch = await epochs.current(id);
    if (epoch === undefined || !(await redis.hasBacklog(id, epoch))) return;

    const settledRank = head?.settledRank ?? 0;
    const isIdle = before?.epoch === epoch && before.settledRank === settledRank;
    const idleSweeps = isIdle ? before.idleSweeps + 1 : 0;
    backlogs.set(id, { epoch, settledRank, idleSweeps });
    callForDrain(id);
    if (idleSweeps >= MOST_IDLE_SWEEPS) drainHere(id);
  }

  /**
   * The job belongs to somebody who does not do it: a worker has been seen to sleep for seconds after a
   * restart of Redis. Where the job is done after all, the drains take turns.
   */
  function drainHere(campaignId: Id): void {
    if (drains.isRunning(campaignId)) return;
    log.warn({ campaignId }, 'claims wait although there is a job for them; storing them here');
    drains.drain(campaignId).catch((error: unknown) => {
      log.error({ err: error, campaignId }, 'claims could not be stored');
    });
  }
}
