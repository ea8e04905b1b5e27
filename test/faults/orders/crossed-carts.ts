import assert from 'node:assert/strict';
import { randomFrom, shuffled } from '../../support/shuffle.ts';
import { present, type Fault } from '../support/fault.ts';
import { auditShop } from '../support/shop-audit.ts';
import { Diary } from '../support/shop-diary.ts';
import { openMarket } from '../support/shop-market.ts';
import { buy } from '../support/shop-orders.ts';
import { withShopRig } from '../support/shop-rig.ts';

const AT_ONCE = 64;
const SHOPPERS = 16;
const FUNDS = 1_000_000_000;
const LINES = 5;
const UNITS = 2;
const ORDERS_PER_SKU = 20;
const MOST_SKUS = 100;
const FEWEST_SKUS = 20;
/** Of the units that are asked for, so many of ten are there. */
const ON_SHELF_OF_TEN = 7;

/**
 * Carts of the same goods in every order, many at once over two instances. Whoever locks rows as they
 * come deadlocks; whoever looks before it locks sells more than there is.
 */
export const orderCrossedCarts: Fault = {
  name: 'order-crossed-carts',
  times: { full: 2000, short: 100 },
  run: (lab, times) =>
    withShopRig(lab, async (rig) => {
      await Promise.all([rig.start(), rig.start()]);
      const skus = Math.min(MOST_SKUS, Math.max(FEWEST_SKUS, times / ORDERS_PER_SKU));
      const units = Math.floor((times * LINES * UNITS * ON_SHELF_OF_TEN) / skus / 10);
      const { shoppers, skuIds } = await openMarket(rig, {
        wallets: Array.from({ length: SHOPPERS }, () => FUNDS),
        stock: Array.from({ length: skus }, () => units),
      });

      const diary = new Diary();
      const random = randomFrom(times);
      const endings = new Map<string, number>();
      let left = times;
      const shop = async () => {
        while (left > 0) {
          left -= 1;
          const items = shuffled(skuIds, random)
            .slice(0, LINES)
            .map((skuId) => ({ skuId, quantity: UNITS }));
          const { told } = await buy(rig.front, diary, present(shoppers[left % SHOPPERS]), {
            items,
          });
          const ending = told.failureCode ?? told.state;
          endings.set(ending, (endings.get(ending) ?? 0) + 1);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, shop));

      const orders = await auditShop(rig.database, diary);
      assert.deepEqual(rig.front.troubles, { unavailable: 0, unanswered: 0 });
      const paid = endings.get('paid') ?? 0;
      const refused = endings.get('out_of_stock') ?? 0;
      assert.equal(paid + refused, orders, JSON.stringify([...endings]));
      assert.ok(paid > 0 && refused > 0, 'the shelves were too full, or too empty');
      return `${orders} orders of ${skus} SKUs, ${paid} paid, ${refused} out of stock`;
    }),
};
