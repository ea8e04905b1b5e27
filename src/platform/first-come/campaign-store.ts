import type { Id } from '../ids/id.ts';
import type { Claim, Entry, Irregularity } from './first-come.rules.ts';

/** Whether claims are taken at all; the window comes on top. */
export type CampaignState = 'open' | 'paused' | 'closed';

/** What the database knows of a campaign. */
export type Campaign = {
  id: Id;
  /** Grows whenever Redis has to be filled again; entries of another epoch are not stored. */
  epoch: number;
  /** Grows with every change of the quota, the state or the window. */
  version: number;
  /** Claims that may ever be stored: a unit that comes back raises it. */
  quota: number;
  /** Claims that were ever stored; never falls. The k-th claim has rank k. */
  issued: number;
  state: CampaignState;
  opensAt: Date;
  closesAt: Date;
};

/** What became of entries: the first `claims.length` of them are stored, committed. */
export type Admission =
  | { kind: 'admitted'; claims: readonly Claim[]; stoppedBy: Irregularity | undefined }
  | { kind: 'other_epoch' };

/** A module's side of its gate, as `create-campaign-store.ts` makes it. */
export type CampaignStore = {
  /** Undefined when there is no such campaign. */
  readCampaign: (id: Id) => Promise<Campaign | undefined>;
  /**
   * Sets the epoch to one more than both its value and `above`, under the counter row's lock, and
   * gives the campaign as it is then. Undefined when there is no such campaign.
   */
  startEpoch: (id: Id, above: number) => Promise<Campaign | undefined>;
  /** Claims with a rank above `afterRank`, in the order of ranks, `limit` at the most. */
  readClaims: (id: Id, afterRank: number, limit: number) => Promise<Claim[]>;
  /** The claims that these members have; not everyone has one. */
  findClaims: (id: Id, memberIds: readonly Id[]) => Promise<Claim[]>;
  /** Stores entries, in one transaction; `createAdmit` makes it. */
  admit: (id: Id, epoch: number, entries: readonly Entry[]) => Promise<Admission>;
  /**
   * Campaigns that may have entries: from a little before their opening until a day after their
   * end, so that nothing is left lying when everything stopped just then.
   */
  readOpenCampaigns: () => Promise<Campaign[]>;
};
