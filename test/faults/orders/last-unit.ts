import assert from 'node:assert/strict';
import { createApiClient } from '../../support/api-client.ts';
import { present, type Fault } from '../support/fault.ts';
import { auditShop } from '../support/shop-audit.ts';
import { Diary } from '../support/shop-diary.ts';
import type { OrderDesk } from '../support/shop-front.ts';
import { openMarket } from '../support/shop-market.ts';
import { buy } from '../support/shop-orders.ts';
import { withShopRig } from '../support/shop-rig.ts';

/** Races that go on at the same time, each for a SKU of its own. */
const LANES = 4;
const FUNDS = 1_000_000_000;

/** Two buyers, each at an instance of its own, want the last unit: just one of them gets it. */
export const orderLastUnit: Fault = {
  name: 'order-last-unit',
  times: { full: 1000, short: 20 },
  run: (lab, times) =>
    withShopRig(lab, async (rig) => {
      const instances = await Promise.all([rig.start(), rig.start()]);
      const desks = instances.map(({ url }) => createApiClient(url));
      const { shoppers, skuIds, ownerToken } = await openMarket(rig, {
        wallets: desks.map(() => FUNDS),
        stock: Array.from({ length: LANES }, () => 0),
      });
      const diary = new Diary();
      const buyers = shoppers.map((shopper, index) => ({ shopper, desk: present(desks[index]) }));
      let left = times;
      const race = async (skuId: string) => {
        while (left > 0) {
          left -= 1;
          await putOnShelf(present(desks[0]), ownerToken, skuId);
          const outcomes = await Promise.all(
            buyers.map(({ shopper, desk }) =>
              buy(desk, diary, shopper, { items: [{ skuId, quantity: 1 }] }),
            ),
          );
          const endings = outcomes.map(({ told }) => told.failureCode ?? told.state);
          assert.deepEqual(endings.toSorted(), ['out_of_stock', 'paid']);
        }
      };
      await Promise.all(skuIds.map(race));
      const orders = await auditShop(rig.database, diary);
      return `${times} last units, ${orders} orders`;
    }),
};

async function putOnShelf(desk: OrderDesk, token: string, skuId: string): Promise<void> {
  const body = { quantity: 1, reason: '신규 입고' };
  const { status } = await desk.post(`/admin/skus/${skuId}/stock-adjustments`, { token, body });
  assert.equal(status, 201);
}
