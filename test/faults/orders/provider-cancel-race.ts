import assert from 'node:assert/strict';
import { createApiClient } from '../../support/api-client.ts';
import { present, type Fault } from '../support/fault.ts';
import { Diary } from '../support/shop-diary.ts';
import type { OrderDesk } from '../support/shop-front.ts';
import { openMarket, type Market } from '../support/shop-market.ts';
import { cancelOrder } from '../support/shop-orders.ts';
import { auditPayments } from '../support/shop-payments-audit.ts';
import {
  buyThrough,
  confirmPayment,
  PROVIDERS,
  withPayingRig,
  type PayingRig,
  type Provider,
} from '../support/shop-payments.ts';

const CANCELS = 50;
/** More units than are cancelled, and fewer: with the last one all that is left goes back. */
const UNITS = [60, 40] as const;
const PLENTY = 1_000_000;
const POINTS = 1_000_000;
/** Neither divides by the units. */
const POINTS_OF_ORDER = 1501;

/**
 * Many ask at once, at two instances, to cancel single units of an order that a provider took the
 * money of: the provider gives back what the shop says, each part once.
 */
export const providerCancelRace: Fault = {
  name: 'provider-cancel-race',
  times: { full: 10, short: 1 },
  run: (lab, times) =>
    withPayingRig(lab, async (rig) => {
      const instances = await Promise.all([rig.start(), rig.start()]);
      const desks = instances.map(({ url }) => createApiClient(url));
      const market = await openMarket(rig, {
        wallets: [0],
        stock: [PLENTY],
        points: POINTS,
        coupons: times * PROVIDERS.length,
      });
      const diary = new Diary();
      for (let round = 0; round < times; round += 1) {
        await Promise.all(
          PROVIDERS.map((method, index) => {
            const units = UNITS[(round + index) % UNITS.length] ?? CANCELS;
            const coupon = round * PROVIDERS.length + index;
            return cancelUnits(rig, desks, market, diary, { method, units, coupon });
          }),
        );
        // Refunds that get into each other's way are tried again later and later: one round at a time.
        await auditPayments(rig, diary);
      }
      const refunds = PROVIDERS.map((method) => rig[method].ledger.audit().cancels);
      return `${diary.placements.length} orders, ${refunds.join(' and ')} refunds, each done once`;
    }),
};

async function cancelUnits(
  rig: PayingRig,
  desks: readonly OrderDesk[],
  { shoppers, skuIds }: Market,
  diary: Diary,
  { method, units, coupon }: { method: Provider; units: number; coupon: number },
): Promise<void> {
  const shopper = present(shoppers[0]);
  const skuId = present(skuIds[0]);
  const approved = await buyThrough(rig, present(desks[0]), diary, shopper, method, {
    items: [{ skuId, quantity: units }],
    memberCouponId: present(shopper.memberCouponIds[coupon]),
    pointsAmount: POINTS_OF_ORDER,
  });
  const { state } = await confirmPayment(present(desks[0]), approved);
  assert.equal(state, 'paid');
  const { orderId, placement } = approved;
  const cancelled = await Promise.all(
    Array.from({ length: CANCELS }, (_, index) => {
      const desk = present(desks[index % desks.length]);
      return cancelOrder(desk, shopper, orderId, placement, skuId);
    }),
  );
  assert.equal(cancelled.filter(Boolean).length, Math.min(CANCELS, units));
}
