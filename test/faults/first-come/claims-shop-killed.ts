import { present, type Fault } from '../support/fault.ts';
import { withShopRig } from '../support/shop-rig.ts';
import { KNOWS_MEMBERS } from './members.ts';
import { placeOf } from './place-of.ts';
import { strikeCampaign } from './strike.ts';

/** Of two instances one is killed in the midst of a campaign, and started again. */
export const claimsShopKilled: Fault = {
  name: 'claims-shop-killed',
  times: { full: 50, short: 2 },
  run: (lab, times) =>
    withShopRig(
      lab,
      async (rig) => {
        const instances = await Promise.all([rig.start(), rig.start()]);
        const place = placeOf(rig, lab.redisUrl);
        for (let round = 0; round < times; round += 1) {
          // Either of them may be the one that stores the claims.
          const index = round % instances.length;
          await strikeCampaign(rig, place, async () => {
            await present(instances[index]).kill();
            instances[index] = await rig.start();
          });
        }
        return `${times} kills, ${rig.front.troubles.unanswered} requests unanswered`;
      },
      KNOWS_MEMBERS,
    ),
};
