import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { idToBytes } from '../../../src/platform/ids/id.ts';
import { present, type Fault } from '../support/fault.ts';
import { withShopRig, type ShopRig } from '../support/shop-rig.ts';
import type { Campaign } from './campaign.ts';
import { KNOWS_MEMBERS } from './members.ts';
import { placeOf } from './place-of.ts';
import { RestartableRedis } from './restartable-redis.ts';
import { strikeCampaign } from './strike.ts';

/** Sometimes it is back before anybody has noticed, sometimes all know that it is away. */
const LONGEST_AWAY_MS = 500;

/** Redis does this in the midst of a campaign of two instances, each time in another one. */
function redisFault(name: string, strike: (redis: RestartableRedis) => Promise<void>): Fault {
  return {
    name,
    times: { full: 20, short: 1 },
    run: async (lab, times) => {
      const redis = new RestartableRedis(join(lab.folder, name));
      const redisUrl = await redis.start();
      try {
        return await withShopRig(
          { ...lab, redisUrl },
          async (rig) => {
            await Promise.all([rig.start(), rig.start()]);
            const place = placeOf(rig, redisUrl);
            for (let round = 0; round < times; round += 1) {
              const campaign = await strikeCampaign(rig, place, () => strike(redis));
              await assertRebuilt(rig, campaign);
            }
            return `${times} campaigns, ${rig.front.troubles.unavailable} requests told to come back`;
          },
          KNOWS_MEMBERS,
        );
      } finally {
        await redis.stop();
      }
    },
  };
}

/** Redis was not believed any more, but filled from the database. */
async function assertRebuilt({ database }: ShopRig, { couponId }: Campaign): Promise<void> {
  const [counter] = await database.select<{ epoch: number }>(
    'SELECT epoch FROM coupon_counters WHERE coupon_id = ?',
    [idToBytes(couponId)],
  );
  assert.ok(present(counter).epoch > 1, 'Redis went on as if nothing had happened');
}

/** It forgets everything: claims that are not stored are lost. */
export const claimsRedisFlushed = redisFault('claims-redis-flushed', (redis) => redis.flush());

/** It is killed and starts again with what it has written. */
export const claimsRedisKilled = redisFault('claims-redis-killed', async (redis) => {
  await redis.kill();
  await pause(Math.random() * LONGEST_AWAY_MS);
  await redis.start();
});

/** It comes back as it was some time ago: without claims, stored ones and those that are not. */
export const claimsAofCut = redisFault('claims-aof-cut', async (redis) => {
  await redis.kill();
  await redis.cutLog();
  await redis.start();
});
