import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import type { CampaignStore } from '../../../platform/first-come/campaign-store.ts';
import { createCampaignStore } from '../../../platform/first-come/create-campaign-store.ts';
import {
  addIssued,
  findClaims,
  lockCounter,
  raiseEpoch,
  readCampaign,
  readCampaignsBetween,
  readClaims,
} from './campaign.store.ts';
import type { StoreClaims } from './store-claims.ts';

const BEFORE_OPENING_MS = 60_000;
const AFTER_END_MS = 86_400_000;

/** Coupons as campaigns of the first-come gate: a claim is a member's coupon. */
export function createCouponCampaigns(parts: {
  database: Database;
  inTransaction: InTransaction;
  clock: Clock;
  storeClaims: StoreClaims;
}): CampaignStore {
  const { database, clock, storeClaims } = parts;
  return createCampaignStore(parts, {
    readCampaign,
    raiseEpoch,
    readClaims,
    findClaims,
    lockCounter,
    insertClaims: storeClaims,
    addIssued,
    readOpenCampaigns: () => {
      const nowMs = clock.nowMs();
      return readCampaignsBetween(database, {
        opensUntil: new Date(nowMs + BEFORE_OPENING_MS),
        closesAfter: new Date(nowMs - AFTER_END_MS),
      });
    },
  });
}
