import type { ShopRig } from '../support/shop-rig.ts';
import type { CampaignPlace } from './campaign-audit.ts';

/** Where a rig keeps its campaigns. */
export function placeOf({ database, url }: ShopRig, redisUrl: string): CampaignPlace {
  return { database, redisUrl, prefix: new URL(url).pathname.slice(1) };
}
