import { setTimeout as pause } from 'node:timers/promises';
import { present, type Fault } from '../support/fault.ts';
import { auditShop } from '../support/shop-audit.ts';
import { BUSY_MARKET, ShopLoad } from '../support/shop-load.ts';
import { openMarket } from '../support/shop-market.ts';
import { withShopRig } from '../support/shop-rig.ts';

/** How the two instances decide orders: at once, and step by step. */
const BOTH_WAYS = [{ inLanes: false }, { inLanes: true }];

/** Of two busy instances of the shop one is killed, at any moment, and started again. */
export const orderKillRandom: Fault = {
  name: 'order-kill-random',
  times: { full: 100, short: 3 },
  run: (lab, times) =>
    withShopRig(lab, async (rig) => {
      const instances = await Promise.all(BOTH_WAYS.map((way) => rig.start(way)));
      const load = new ShopLoad(rig.front, await openMarket(rig, BUSY_MARKET));
      for (let kill = 0; kill < times; kill += 1) {
        await load.during(pause(20 + Math.random() * 500));
        const index = Math.floor(Math.random() * instances.length);
        await present(instances[index]).kill();
        instances[index] = await load.during(rig.start(BOTH_WAYS[index]));
      }
      const { paid, cancelled } = await load.stop();
      const orders = await auditShop(rig.database, load.diary);
      const { unanswered } = rig.front.troubles;
      return `${times} kills, ${orders} orders, ${paid} paid, ${cancelled} cancelled, ${unanswered} requests unanswered`;
    }),
};
