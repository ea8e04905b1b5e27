import assert from 'node:assert/strict';
import type { Id } from '../../../src/platform/ids/id.ts';
import { createApiClient } from '../../support/api-client.ts';
import { present, type Fault } from '../support/fault.ts';
import { auditShop } from '../support/shop-audit.ts';
import { Diary, type Placement } from '../support/shop-diary.ts';
import type { OrderDesk } from '../support/shop-front.ts';
import { openMarket, type Shopper } from '../support/shop-market.ts';
import { awaitDecision, buy, cancelOrder, placeOrder, type Wish } from '../support/shop-orders.ts';
import { withShopRig } from '../support/shop-rig.ts';

const CANCELS_OF_PAID = 50;
const ORDERS_IN_PAYMENT = 20;
const CANCELS_IN_PAYMENT = 3;
const UNITS = 10;
const CANCELS_OF_UNITS = 15;
const FUNDS = 1_000_000_000;
const PLENTY = 1_000_000;

/**
 * Many ask at once, at two instances, to cancel one order, single units of another one, and orders
 * that are being paid at that moment: each is cancelled once, and never is more given back than was
 * paid.
 */
export const orderCancelRace: Fault = {
  name: 'order-cancel-race',
  times: { full: 20, short: 2 },
  run: (lab, times) =>
    withShopRig(lab, async (rig) => {
      const instances = await Promise.all([rig.start(), rig.start()]);
      const desks = instances.map(({ url }) => createApiClient(url));
      const { shoppers, skuIds } = await openMarket(rig, {
        wallets: [FUNDS],
        stock: [PLENTY],
        coupons: times,
      });
      const shopper = present(shoppers[0]);
      const wish = { items: [{ skuId: present(skuIds[0]), quantity: 1 }] };
      const diary = new Diary();
      for (let round = 0; round < times; round += 1) {
        const memberCouponId = present(shopper.memberCouponIds[round]);
        await Promise.all([
          cancelPaid(desks, diary, shopper, { ...wish, memberCouponId }),
          cancelUnits(desks, diary, shopper, present(skuIds[0])),
          ...Array.from({ length: ORDERS_IN_PAYMENT }, () =>
            cancelInPayment(desks, diary, shopper, wish),
          ),
        ]);
      }
      const orders = await auditShop(rig.database, diary);
      return `${orders} orders, each cancelled once`;
    }),
};

async function cancelPaid(
  desks: readonly OrderDesk[],
  diary: Diary,
  shopper: Shopper,
  wish: Wish,
): Promise<void> {
  const { placement, told } = await buy(desk(desks, 0), diary, shopper, wish);
  assert.equal(told.state, 'paid');
  await cancelAtOnce(desks, shopper, told.orderId, placement, CANCELS_OF_PAID);
}

/** More ask for a unit than there are; with the last one the order is undone. */
async function cancelUnits(
  desks: readonly OrderDesk[],
  diary: Diary,
  shopper: Shopper,
  skuId: Id,
): Promise<void> {
  const wish = { items: [{ skuId, quantity: UNITS }] };
  const { placement, told } = await buy(desk(desks, 0), diary, shopper, wish);
  const cancelled = await Promise.all(
    Array.from({ length: CANCELS_OF_UNITS }, (_, index) =>
      cancelOrder(desk(desks, index), shopper, told.orderId, placement, skuId),
    ),
  );
  assert.equal(cancelled.filter(Boolean).length, UNITS);
  const { state } = await awaitDecision(desk(desks, 0), shopper, told.orderId, placement);
  assert.equal(state, 'cancelled');
}

async function cancelInPayment(
  desks: readonly OrderDesk[],
  diary: Diary,
  shopper: Shopper,
  wish: Wish,
): Promise<void> {
  const placement = diary.begin(shopper.id);
  const { orderId } = await placeOrder(desk(desks, 0), shopper, wish, placement, 'respond-async');
  await cancelAtOnce(desks, shopper, orderId, placement, CANCELS_IN_PAYMENT);
}

async function cancelAtOnce(
  desks: readonly OrderDesk[],
  shopper: Shopper,
  orderId: Id,
  placement: Placement,
  howMany: number,
): Promise<void> {
  const cancelled = await Promise.all(
    Array.from({ length: howMany }, (_, index) =>
      cancelOrder(desk(desks, index), shopper, orderId, placement),
    ),
  );
  assert.equal(cancelled.filter(Boolean).length, 1);
}

/** By turns. */
function desk(desks: readonly OrderDesk[], index: number): OrderDesk {
  return present(desks[index % desks.length]);
}
