import type { Precedence } from '../batching/precedence.ts';
import type { Redis } from '../cache/redis.ts';
import type { Id } from '../ids/id.ts';
import type { Logger } from '../logging/logger.ts';
import type { CampaignStore } from './campaign-store.ts';
import type { ClaimStatus } from './claim-status.ts';
import type { Entered } from './waiters.ts';

export type { ClaimStatus } from './claim-status.ts';
export type { Entered } from './waiters.ts';

export type FirstComeGateParts = {
  /** The shop's connection; the gate opens its own beside it. */
  redis: Redis;
  /** Of everything that the shop keeps in Redis. */
  prefix: string;
  /** The kind of campaign, such as `coupon`; unique in the shop, without a colon. */
  name: string;
  store: CampaignStore;
  log: Logger;
  limits?: Partial<GateLimits>;
  /** Of other work in this process, which claims stand back for; they wait some milliseconds longer. */
  precedence?: Precedence;
};

export type GateLimits = {
  /** How long `enter` waits for a claim to be stored, in milliseconds. */
  waitMs: number;
  /** How many may wait at once in this process. */
  mostWaiting: number;
  /** How often Redis is compared with the database, in milliseconds. */
  sweepMs: number;
};

export type FirstComeGate = {
  /**
   * Takes one of a campaign's units for a member, first come, first served. Resolves when the claim is
   * stored and committed ('issued'), when that takes longer than two seconds ('pending'), or with the
   * reason why there is none. Throws `first_come_unavailable` while Redis is away, `overloaded` when
   * too many wait. After an error, as after a lost answer, the claim may be in all the same: the next
   * attempt tells.
   * @param extra text for the store, kept in Redis until the claim is stored: valid, and no secret
   */
  enter: (campaignId: Id, memberId: Id, extra?: string) => Promise<Entered>;
  /** What became of a claim that was pending in an epoch. */
  statusOf: (campaignId: Id, epoch: number, memberId: Id) => Promise<ClaimStatus>;
  /**
   * To be called after a commit that changed a campaign's quota, state or window, or began a new
   * epoch. Does not fail: what it cannot do now, the sweep does within a second or so.
   */
  refresh: (campaignId: Id) => Promise<void>;
  /** Begins to work. Resolves when Redis was found or is known to be away. */
  start: () => Promise<void>;
  /** Stores what is in hand and answers all who wait. Call it after the last `enter`. */
  stop: () => Promise<void>;
  /** For metrics: who waits now, and answers since the start by their state. */
  activity: () => { waiting: number; answers: ReadonlyMap<Entered['state'], number> };
};
