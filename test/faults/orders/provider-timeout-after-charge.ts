import assert from 'node:assert/strict';
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
  webhookUrl,
  withPayingRig,
  type PayingRig,
  type Provider,
} from '../support/shop-payments.ts';

const CALL_TIMEOUT_MS = 400;
const PLENTY = 1_000_000;

/** How the shop comes to know that it was paid, by turns. */
type Way = 'asks at once' | 'a webhook comes' | 'asks again';
const WAYS: readonly Way[] = ['asks at once', 'a webhook comes', 'asks again'];

/**
 * Providers charge and never answer, and some cannot say at first what became of it: no charge is
 * left without its order, and none is made twice.
 */
export const providerTimeoutAfterCharge: Fault = {
  name: 'provider-timeout-after-charge',
  times: { full: 200, short: 6 },
  run: (lab, times) =>
    withPayingRig(
      lab,
      async (rig) => {
        const { url } = await rig.start();
        const market = await openMarket(rig, { wallets: [0, 0], stock: [PLENTY] });
        const diary = new Diary();
        const each = times / PROVIDERS.length;
        // One after the other at a provider: after a run of time-outs it would be spared for a while.
        const lane = async (method: Provider) => {
          for (let turn = 0; turn < each; turn += 1) {
            await confirmInSilence(
              rig,
              url,
              market,
              diary,
              method,
              present(WAYS[turn % WAYS.length]),
            );
          }
        };
        await Promise.all(PROVIDERS.map(lane));
        const orders = await auditPayments(rig, diary);
        const charges = PROVIDERS.map((method) => rig[method].ledger.audit().charges);
        assert.deepEqual(charges, [each, each]);
        return `${orders} orders, each charged once without an answer, and paid`;
      },
      { SHOP_PAYMENT_CALL_TIMEOUT_MS: String(CALL_TIMEOUT_MS) },
    ),
};

async function confirmInSilence(
  rig: PayingRig,
  url: string,
  { shoppers, skuIds }: Market,
  diary: Diary,
  method: Provider,
  way: Way,
): Promise<void> {
  const shopper = present(shoppers[PROVIDERS.indexOf(method)]);
  const items = [{ skuId: present(skuIds[0]), quantity: 1 }];
  const approved = await buyThrough(rig, rig.front, diary, shopper, method, { items });
  const { key: payment } = approved;
  misbehave(rig, method, 'charge', { payment, how: 'hang', moment: 'after', times: 1 });
  if (way !== 'asks at once') {
    misbehave(rig, method, 'lookUp', { payment, how: 'hang', moment: 'before', times: 1 });
  }
  await confirmPayment(rig.front, approved);
  assert.equal(rig[method].ledger.of(payment).charges, 1);
  if (way === 'a webhook comes') await rig[method].announce(payment, webhookUrl(url, method));
  // A slow host may have to ask again in any case.
  else await letQuestionsComeDue(rig, approved.orderId);
  const told = await awaitSettlement(rig.front, approved);
  assert.equal(told.state, 'paid');
}
