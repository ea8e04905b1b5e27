import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../support/fault.ts';
import { RestartableServer } from '../support/restartable-server.ts';
import { auditShop } from '../support/shop-audit.ts';
import { BUSY_MARKET, ShopLoad } from '../support/shop-load.ts';
import { openMarket } from '../support/shop-market.ts';
import { withShopRig, type ShopRig } from '../support/shop-rig.ts';

const BUSY_MS = 500;

/** Redis is away for as many seconds as `times` says: orders are taken and paid all the same. */
export const orderRedisAway: Fault = {
  name: 'order-redis-away',
  times: { full: 60, short: 2 },
  run: async (lab, seconds) => {
    const redis = new RestartableServer(join(lab.folder, 'redis-away'), 'redis');
    const redisUrl = await redis.start();
    try {
      return await withShopRig({ ...lab, redisUrl }, (rig) => orderWithout(redis, rig, seconds));
    } finally {
      await redis.stop();
    }
  },
};

async function orderWithout(
  redis: RestartableServer,
  rig: ShopRig,
  seconds: number,
): Promise<string> {
  await Promise.all([rig.start(), rig.start()]);
  const load = new ShopLoad(rig.front, await openMarket(rig, BUSY_MARKET));
  await load.during(pause(BUSY_MS));
  await redis.stop();
  const paidBefore = load.report.paid;
  await load.during(pause(seconds * 1000));
  const paidWithout = load.report.paid - paidBefore;
  await redis.start();
  await load.during(pause(BUSY_MS));
  await load.stop();

  const orders = await auditShop(rig.database, load.diary);
  assert.ok(paidWithout >= seconds, `${paidWithout} orders were paid in ${seconds} s`);
  assert.deepEqual(rig.front.troubles, { unavailable: 0, unanswered: 0 });
  return `${seconds} s, ${paidWithout} orders paid meanwhile, ${orders} orders`;
}
