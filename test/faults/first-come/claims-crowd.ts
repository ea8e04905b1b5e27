import assert from 'node:assert/strict';
import type { Fault, Lab } from '../support/fault.ts';
import { withShopRig, type ShopRig } from '../support/shop-rig.ts';
import { auditCampaign } from './campaign-audit.ts';
import { openCampaign } from './campaign.ts';
import { Crowd, impatient } from './crowd.ts';
import { createMembers, KNOWS_MEMBERS } from './members.ts';
import { placeOf } from './place-of.ts';

type Rush = { quantity: number; members: number; claimsEach: number; atOnce: number };

const WHOLE_CROWD: Rush = { quantity: 500, members: 10_000, claimsEach: 5, atOnce: 256 };
const SMALL_CROWD: Rush = { quantity: 50, members: 600, claimsEach: 5, atOnce: 64 };
/** So many run, one time after the other. */
const INSTANCES = [1, 4];

/**
 * Far more members than there are coupons come at once, each again and again, through one instance
 * and through several. A single time is a small crowd.
 */
export const claimsCrowd: Fault = {
  name: 'claims-crowd',
  times: { full: 20, short: 1 },
  run: (lab, times) =>
    withShopRig(
      lab,
      async (rig) => {
        const rush = times > 1 ? WHOLE_CROWD : SMALL_CROWD;
        const speeds: string[] = [];
        for (const [index, instances] of INSTANCES.entries()) {
          const more = instances - (INSTANCES[index - 1] ?? 0);
          await Promise.all(Array.from({ length: more }, () => rig.start()));
          let ms = 0;
          for (let round = 0; round < times; round += 1) ms += await letIn(lab, rig, rush);
          const perSecond = Math.round((times * rush.members * rush.claimsEach * 1000) / ms);
          speeds.push(`${perSecond} a second through ${instances}`);
        }
        const { quantity, members, claimsEach } = rush;
        return `${times} times ${members * claimsEach} claims for ${quantity}: ${speeds.join(', ')}`;
      },
      KNOWS_MEMBERS,
    ),
};

/** @returns how long it took, in milliseconds */
async function letIn(lab: Lab, rig: ShopRig, rush: Rush): Promise<number> {
  const campaign = await openCampaign(rig.front, rush.quantity);
  const crowd = new Crowd(rig.front, campaign);
  const claims = impatient(createMembers(rush.members), rush.claimsEach);
  const startedAt = performance.now();
  await crowd.send(claims, rush.atOnce);
  const ms = performance.now() - startedAt;
  await auditCampaign(placeOf(rig, lab.redisUrl), campaign, crowd.told);
  // Each of the holders was told so, and nobody else; whoever has one was never told otherwise.
  assert.equal(crowd.holders, rush.quantity);
  assert.equal(crowd.refused.size, rush.members - rush.quantity);
  return ms;
}
