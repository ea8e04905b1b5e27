import assert from 'node:assert/strict';
import { eventually } from '../../support/eventually.ts';
import { createGate } from '../../support/paying.ts';
import { present, type Fault } from '../support/fault.ts';
import { Diary } from '../support/shop-diary.ts';
import { openMarket, type Market } from '../support/shop-market.ts';
import { auditPayments } from '../support/shop-payments-audit.ts';
import {
  awaitSettlement,
  buyThrough,
  confirmPayment,
  letQuestionsComeDue,
  misbehave,
  PROVIDERS,
  untilCharged,
  webhookUrl,
  withPayingRig,
  type PayingRig,
  type Provider,
} from '../support/shop-payments.ts';

const CALL_TIMEOUT_MS = 200;
const CONFIRM_TIMEOUT_MS = 500;
const REFUNDED_WITHIN_MS = 300_000;
const PLENTY = 1_000_000;

/**
 * Providers do not answer until the order is over, and then take the money all the same: it goes back
 * by itself.
 */
export const providerLateCharge: Fault = {
  name: 'provider-late-charge',
  times: { full: 20, short: 2 },
  run: (lab, times) =>
    withPayingRig(
      lab,
      async (rig) => {
        const { url } = await rig.start();
        const market = await openMarket(rig, { wallets: [0, 0], stock: [PLENTY] });
        const diary = new Diary();
        const each = times / PROVIDERS.length;
        const lane = async (method: Provider) => {
          for (let turn = 0; turn < each; turn += 1) {
            // What makes the shop ask: the provider, or the time that has passed.
            const tellTo = turn % 2 === PROVIDERS.indexOf(method) ? url : undefined;
            await chargeLate(rig, market, diary, method, tellTo);
          }
        };
        await Promise.all(PROVIDERS.map(lane));
        const orders = await auditPayments(rig, diary);
        const totals = PROVIDERS.map((method) => rig[method].ledger.audit());
        for (const { charges, cancels } of totals)
          assert.deepEqual([charges, cancels], [each, each]);
        return `${orders} orders that had expired were charged, and refunded`;
      },
      {
        SHOP_PAYMENT_CALL_TIMEOUT_MS: String(CALL_TIMEOUT_MS),
        SHOP_CONFIRM_TIMEOUT_MS: String(CONFIRM_TIMEOUT_MS),
      },
    ),
};

async function chargeLate(
  rig: PayingRig,
  { shoppers, skuIds }: Market,
  diary: Diary,
  method: Provider,
  tellTo: string | undefined,
): Promise<void> {
  const shopper = present(shoppers[PROVIDERS.indexOf(method)]);
  const items = [{ skuId: present(skuIds[0]), quantity: 1 }];
  const approved = await buyThrough(rig, rig.front, diary, shopper, method, { items });
  const { key: payment } = approved;
  const { opened: until, open: letCharge } = createGate();
  misbehave(rig, method, 'charge', { payment, how: 'wait', moment: 'before', until, times: 1 });
  assert.equal((await confirmPayment(rig.front, approved)).state, 'confirming');
  assert.equal((await awaitSettlement(rig.front, approved)).state, 'expired');

  letCharge();
  await untilCharged(rig, approved);
  if (tellTo === undefined) await letQuestionsComeDue(rig, approved.orderId);
  else await rig[method].announce(payment, webhookUrl(tellTo, method));
  await eventually(() => {
    const { charged, cancelled } = rig[method].ledger.of(payment);
    assert.equal(cancelled, charged, 'the money is not back');
  }, REFUNDED_WITHIN_MS);
}
