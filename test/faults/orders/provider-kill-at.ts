import assert from 'node:assert/strict';
import { impossible } from '../../../src/platform/errors/impossible.ts';
import { createApiClient } from '../../support/api-client.ts';
import { eventually } from '../../support/eventually.ts';
import { present, type Fault } from '../support/fault.ts';
import type { PaymentDeathPlace } from '../support/shop-death-points.ts';
import { Diary } from '../support/shop-diary.ts';
import type { OrderDesk } from '../support/shop-front.ts';
import { openMarket, type Market } from '../support/shop-market.ts';
import { cancelOrder } from '../support/shop-orders.ts';
import { auditPayments } from '../support/shop-payments-audit.ts';
import {
  awaitSettlement,
  buyThrough,
  confirmPayment,
  misbehave,
  PROVIDERS,
  untilCharged,
  withPayingRig,
  type Approved,
  type PayingRig,
} from '../support/shop-payments.ts';

/** Long enough that an instance is killed while it waits for an answer. */
const CALL_TIMEOUT_MS = 1000;
/** Longer than the first question after a crash takes to come, three calls later. */
const CONFIRM_TIMEOUT_MS = 3500;
const PLENTY = 1_000_000;

type Place = PaymentDeathPlace | 'after-charge' | 'after-refund';
const PLACES: readonly Place[] = [
  'before-charge',
  'after-charge',
  'before-confirmed',
  'after-refund',
];

type Scene = { rig: PayingRig; survivor: OrderDesk; market: Market; diary: Diary };

/**
 * Around the talks with providers an instance dies just there, and the one beside it, asked nothing,
 * brings the payment or the refund to its end.
 */
export const providerKillAt: Fault = {
  name: 'provider-kill-at',
  times: { full: 20, short: 1 },
  run: (lab, times) =>
    withPayingRig(
      lab,
      async (rig) => {
        const survivor = createApiClient((await rig.start()).url);
        const wallets = PLACES.map(() => 0);
        const market = await openMarket(rig, { wallets, stock: [PLENTY] });
        const scene = { rig, survivor, market, diary: new Diary() };
        for (let round = 0; round < times; round += 1) {
          await Promise.all(PLACES.map((place, index) => killAt(scene, place, round + index)));
        }
        const orders = await auditPayments(rig, scene.diary);
        return `${times} kills at each of ${PLACES.length} places, ${orders} orders`;
      },
      {
        SHOP_PAYMENT_CALL_TIMEOUT_MS: String(CALL_TIMEOUT_MS),
        SHOP_CONFIRM_TIMEOUT_MS: String(CONFIRM_TIMEOUT_MS),
      },
    ),
};

async function killAt(scene: Scene, place: Place, turn: number): Promise<void> {
  const { rig, survivor, market, diary } = scene;
  const method = present(PROVIDERS[turn % PROVIDERS.length]);
  const shopper = present(market.shoppers[PLACES.indexOf(place)]);
  const items = [{ skuId: present(market.skuIds[0]), quantity: 2 }];
  const approved = await buyThrough(rig, survivor, diary, shopper, method, { items });
  try {
    await dieAt(scene, place, approved);
  } catch (error) {
    throw new Error(`around a death at ${place}, with ${method}`, { cause: error });
  }
}

async function dieAt(scene: Scene, place: Place, approved: Approved): Promise<void> {
  const { survivor } = scene;
  switch (place) {
    case 'before-charge':
      await confirmAtDoomed(scene, place, approved);
      assert.equal((await confirmPayment(survivor, approved)).state, 'confirming');
      // Nobody knows whether anything was sent: the shopper is not asked again, and nothing is charged.
      assert.equal((await awaitSettlement(survivor, approved)).state, 'expired');
      return;
    case 'after-charge':
      await killWhileCharged(scene, approved);
      assert.equal((await confirmPayment(survivor, approved)).state, 'confirming');
      assert.equal((await awaitSettlement(survivor, approved)).state, 'paid');
      return;
    case 'before-confirmed':
      await confirmAtDoomed(scene, place, approved);
      assert.equal((await confirmPayment(survivor, approved)).state, 'paid');
      return;
    case 'after-refund':
      assert.equal((await confirmPayment(survivor, approved)).state, 'paid');
      return killWhileRefunded(scene, approved);
    default:
      return impossible(place);
  }
}

async function confirmAtDoomed(
  { rig }: Scene,
  place: PaymentDeathPlace,
  approved: Approved,
): Promise<void> {
  const doomed = await rig.start({ death: { place, nth: 1 } });
  await Promise.all([
    assert.rejects(confirmPayment(createApiClient(doomed.url), approved), TypeError),
    doomed.untilDeath(),
  ]);
}

async function killWhileCharged({ rig }: Scene, approved: Approved): Promise<void> {
  const { method, key: payment } = approved;
  const victim = await rig.start();
  misbehave(rig, method, 'charge', { payment, how: 'hang', moment: 'after', times: 1 });
  const unanswered = assert.rejects(
    confirmPayment(createApiClient(victim.url), approved),
    TypeError,
  );
  await untilCharged(rig, approved);
  await Promise.all([unanswered, victim.kill()]);
}

/** The money is back, and the shop does not know. */
async function killWhileRefunded({ rig, market }: Scene, approved: Approved): Promise<void> {
  const { method, key: payment, shopper, orderId, placement } = approved;
  const victim = await rig.start();
  misbehave(rig, method, 'refund', { payment, how: 'hang', moment: 'after', times: 1 });
  const desk = createApiClient(victim.url);
  await cancelOrder(desk, shopper, orderId, placement, present(market.skuIds[0]));
  await eventually(() => {
    assert.equal(rig[method].ledger.of(payment).cancels, 1);
  });
  await victim.kill();
}
