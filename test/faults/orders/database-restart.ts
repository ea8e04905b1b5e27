import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import assert from 'node:assert/strict';
import { eventually } from '../../support/eventually.ts';
import type { Fault } from '../support/fault.ts';
import { RestartableDatabase } from '../support/restartable-server.ts';
import { auditShop } from '../support/shop-audit.ts';
import { BUSY_MARKET, ShopLoad } from '../support/shop-load.ts';
import { openMarket } from '../support/shop-market.ts';
import { withShopRig, type ShopRig } from '../support/shop-rig.ts';

const SERVING_WITHIN_MS = 300_000;

/**
 * The database server is killed, or ends in order, under a busy shop, and comes back. Clients are told
 * to come back, or the truth.
 */
export const orderDatabaseRestart: Fault = {
  name: 'order-database-restart',
  times: { full: 5, short: 1 },
  run: async (lab, times) => {
    const server = new RestartableDatabase(join(lab.folder, 'restarted'));
    const serverUrl = await server.start();
    try {
      return await withShopRig({ ...lab, serverUrl }, (rig) => restart(server, rig, times));
    } finally {
      await server.stop();
    }
  },
};

async function restart(server: RestartableDatabase, rig: ShopRig, times: number): Promise<string> {
  await Promise.all([rig.start(), rig.start()]);
  const load = new ShopLoad(rig.front, await openMarket(rig, BUSY_MARKET));
  for (let round = 0; round < times; round += 1) {
    await load.during(pause(500 + Math.random() * 1000));
    await (round % 2 === 0 ? server.kill() : server.stop());
    // Longer than the first retries, so that clients are told to come back.
    await load.during(pause(Math.random() * 2000));
    await server.start();
    await load.during(morePaid(load));
  }
  const { paid, cancelled } = await load.stop();
  const orders = await auditShop(rig.database, load.diary);
  const { unavailable } = rig.front.troubles;
  return `${times} restarts, ${orders} orders, ${paid} paid, ${cancelled} cancelled, ${unavailable} requests told to come back`;
}

/** Waits until the shop works again. */
async function morePaid({ report }: ShopLoad): Promise<void> {
  const { paid } = report;
  await eventually(() => {
    assert.ok(report.paid > paid, 'no order is paid after the restart');
  }, SERVING_WITHIN_MS);
}
