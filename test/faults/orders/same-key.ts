import assert from 'node:assert/strict';
import { createApiClient, type Answer } from '../../support/api-client.ts';
import { present, type Fault } from '../support/fault.ts';
import { auditShop } from '../support/shop-audit.ts';
import { Diary } from '../support/shop-diary.ts';
import type { OrderDesk } from '../support/shop-front.ts';
import { openMarket } from '../support/shop-market.ts';
import { awaitDecision, placeOrder } from '../support/shop-orders.ts';
import { withShopRig } from '../support/shop-rig.ts';

const REQUESTS = 100;
const FUNDS = 1_000_000_000;
const PLENTY = 1_000_000;

/** The same placement a hundred times at the same moment, at two instances: there is one order. */
export const orderSameKey: Fault = {
  name: 'order-same-key',
  times: { full: 20, short: 2 },
  run: (lab, times) =>
    withShopRig(lab, async (rig) => {
      const instances = await Promise.all([rig.start(), rig.start()]);
      const replays = new ReplayCount();
      const desks = instances.map(({ url }) => replays.count(createApiClient(url)));
      const { shoppers, skuIds } = await openMarket(rig, { wallets: [FUNDS], stock: [PLENTY] });
      const [shopper, skuId] = [present(shoppers[0]), present(skuIds[0])];
      const wish = { items: [{ skuId, quantity: 1 }] };

      const diary = new Diary();
      for (let round = 0; round < times; round += 1) {
        const placement = diary.begin(shopper.id);
        const answers = await Promise.all(
          Array.from({ length: REQUESTS }, (_, index) =>
            placeOrder(present(desks[index % desks.length]), shopper, wish, placement),
          ),
        );
        const orderIds = new Set(answers.map((told) => told.orderId));
        assert.equal(orderIds.size, 1);
        const { orderId } = present(answers[0]);
        const { state } = await awaitDecision(rig.front, shopper, orderId, placement);
        assert.equal(state, 'paid');
        assert.equal(replays.takeFresh(), 1);
      }
      const orders = await auditShop(rig.database, diary);
      assert.equal(orders, times);
      return `${times * REQUESTS} requests, ${orders} orders`;
    }),
};

/** Counts answers that do not say that they are a replay. */
class ReplayCount {
  #fresh = 0;

  count({ get, post }: OrderDesk): OrderDesk {
    const counted = (answer: Answer) => {
      if (!answer.headers.has('idempotency-replayed')) this.#fresh += 1;
      return answer;
    };
    return { get, post: async (path, options) => counted(await post(path, options)) };
  }

  takeFresh(): number {
    const fresh = this.#fresh;
    this.#fresh = 0;
    return fresh;
  }
}
