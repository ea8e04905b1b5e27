import assert from 'node:assert/strict';
import type { ShopRig } from '../support/shop-rig.ts';
import { auditCampaign, type CampaignPlace } from './campaign-audit.ts';
import { openCampaign, type Campaign } from './campaign.ts';
import { Crowd, impatient } from './crowd.ts';
import { createMembers } from './members.ts';

/** So small a part of the members claims at once that the fault strikes before all is given away. */
const QUANTITY = 300;
const MEMBERS = 600;
const CLAIMS_EACH = 2;
const AT_ONCE = 24;
/** When the fault strikes: when so many members have a coupon. */
const EARLIEST = 20;
const LATEST = 250;

/**
 * Has a fault strike in the midst of a campaign, at any moment: nobody who was told to have a coupon
 * loses it, nobody has two, and in the end the campaign has given away just what it had.
 * @param strike resolves when the fault is over, as far as it ever will be
 * @returns the campaign, sold out
 */
export async function strikeCampaign(
  rig: ShopRig,
  place: CampaignPlace,
  strike: () => Promise<unknown>,
): Promise<Campaign> {
  const campaign = await openCampaign(rig.front, QUANTITY);
  const crowd = new Crowd(rig.front, campaign);
  const moment = EARLIEST + Math.floor(Math.random() * (LATEST - EARLIEST));
  const sent = crowd.send(impatient(createMembers(MEMBERS), CLAIMS_EACH), AT_ONCE);
  // Whoever waits for it hears of it.
  sent.catch(() => undefined);
  await Promise.race([crowd.untilHolders(moment), sent]);
  const { holders } = crowd;
  assert.ok(holders < QUANTITY, `the fault strikes too late: ${holders} have a coupon`);
  await strike();
  await sent;
  await crowd.sellOut(rig.database);
  await auditCampaign(place, campaign, crowd.told);
  return campaign;
}
