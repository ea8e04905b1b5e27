import type { Id } from '../ids/id.ts';

/** The keys of one campaign; they share a hash tag, so that one script may touch them all. */
export type CampaignKeys = {
  /** Hash: the epoch and all that a decision needs. Written last, so what it names is there. */
  facts: string;
  /** Set of the epochs whose entries have to come back through the present one. */
  old: string;
  /** Held by the one instance that fills a new epoch; void in another run of the server. */
  rebuild: (run: string) => string;
  /** Hash of an epoch: member → "claim rank", of all who are in. */
  members: (epoch: number) => string;
  /** Stream of an epoch: claims that are not known to be stored. */
  stream: (epoch: number) => string;
};

export type GateKeys = {
  of: (campaignId: Id) => CampaignKeys;
  /** Channel for all instances: something about a campaign changed. */
  news: string;
  /** Channel of one instance: claims of its waiters that were stored elsewhere. */
  answersTo: (instanceId: Id) => string;
};

/**
 * @param prefix of everything that the shop keeps in Redis
 * @param name of the kind of campaign
 */
export function gateKeys(prefix: string, name: string): GateKeys {
  const root = `${prefix}:first-come:${name}`;
  return {
    of: (campaignId) => {
      const base = `${root}:{${campaignId}}`;
      return {
        facts: `${base}:facts`,
        old: `${base}:old`,
        rebuild: (run) => `${base}:rebuild:${run}`,
        members: (epoch) => `${base}:${epoch}:members`,
        stream: (epoch) => `${base}:${epoch}:stream`,
      };
    },
    news: `${root}:news`,
    answersTo: (instanceId) => `${root}:answers:${instanceId}`,
  };
}
