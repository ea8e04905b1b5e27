import { batchedCall } from '../batching/batched-call.ts';
import { groupBy } from '../collections/group-by.ts';
import type { Id } from '../ids/id.ts';
import type { CampaignStore } from './campaign-store.ts';
import type { Claim } from './first-come.rules.ts';

/** Looks for a member's claim in the database. */
export type FindStored = (campaignId: Id, memberId: Id) => Promise<Claim | undefined>;

const LOOKUPS_AT_ONCE = 200;

/** Lookups that come together share a query. */
export function createFindStored(store: CampaignStore): FindStored {
  type Lookup = { campaignId: Id; memberId: Id };
  const find = batchedCall<Lookup, Claim | undefined>({
    maxInputs: LOOKUPS_AT_ONCE,
    pauseMs: 0,
    run: async (lookups) => {
      const found = new Map<string, Claim>();
      for (const [campaignId, group] of groupBy(lookups, (lookup) => lookup.campaignId)) {
        const memberIds = [...new Set(group.map(({ memberId }) => memberId))];
        for (const claim of await store.findClaims(campaignId, memberIds)) {
          found.set(`${campaignId} ${claim.memberId}`, claim);
        }
      }
      return lookups.map(({ campaignId, memberId }) => ({
        ok: true,
        value: found.get(`${campaignId} ${memberId}`),
      }));
    },
  });
  return (campaignId, memberId) => find({ campaignId, memberId });
}
