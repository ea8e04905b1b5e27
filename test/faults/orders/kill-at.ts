import type { Fault } from '../support/fault.ts';
import { auditShop } from '../support/shop-audit.ts';
import { SHOP_DEATH_PLACES, type ShopDeathPlace } from '../support/shop-death-points.ts';
import { Diary } from '../support/shop-diary.ts';
import { BUSY_MARKET, ShopLoad } from '../support/shop-load.ts';
import { openMarket, type Market } from '../support/shop-market.ts';
import { withShopRig, type ShopRig } from '../support/shop-rig.ts';

/** A victim dies the n-th time that it comes by its place, n up to this. */
const LATEST = 10;

/** At each boundary of the saga an instance dies just there, and the one beside it goes on. */
export const orderKillAt: Fault = {
  name: 'order-kill-at',
  times: { full: 20, short: 1 },
  run: (lab, times) =>
    withShopRig(lab, async (rig) => {
      await rig.start();
      const market = await openMarket(rig, BUSY_MARKET);
      const diary = new Diary();
      for (const place of SHOP_DEATH_PLACES) {
        await killAt(place, times, { rig, market, diary });
      }
      const { unanswered } = rig.front.troubles;
      const orders = diary.placements.length;
      return `${times} kills at each of ${SHOP_DEATH_PLACES.length} places, ${orders} orders, ${unanswered} requests unanswered`;
    }),
};

async function killAt(
  place: ShopDeathPlace,
  times: number,
  { rig, market, diary }: { rig: ShopRig; market: Market; diary: Diary },
): Promise<void> {
  const load = new ShopLoad(rig.front, market, diary);
  try {
    for (let kill = 0; kill < times; kill += 1) {
      const nth = 1 + Math.floor(Math.random() * LATEST);
      await load.during(rig.runUntilDeath({ place, nth }));
    }
    await load.stop();
    await auditShop(rig.database, diary);
  } catch (error) {
    throw new Error(`after a death at ${place}`, { cause: error });
  }
}
