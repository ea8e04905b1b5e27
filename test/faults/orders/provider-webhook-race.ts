import assert from 'node:assert/strict';
import { createApiClient } from '../../support/api-client.ts';
import { createGate } from '../../support/paying.ts';
import { present, type Fault } from '../support/fault.ts';
import { Diary } from '../support/shop-diary.ts';
import { openMarket, type Shopper } from '../support/shop-market.ts';
import { auditPayments } from '../support/shop-payments-audit.ts';
import {
  awaitSettlement,
  buyThrough,
  confirmPayment,
  misbehave,
  PROVIDERS,
  untilCharged,
  webhookUrl,
  withPayingRig,
  type Approved,
  type PayingRig,
} from '../support/shop-payments.ts';

const LANES = 4;
const WEBHOOKS = 10;
const PLENTY = 1_000_000;

type Race = { rig: PayingRig; urls: readonly string[]; diary: Diary; skuId: string };

/**
 * Webhooks come ten at a time, at two instances, before, while and after a payment is confirmed.
 * Whoever is first, the payment is settled once.
 */
export const providerWebhookRace: Fault = {
  name: 'provider-webhook-race',
  times: { full: 500, short: 10 },
  run: (lab, times) =>
    withPayingRig(lab, async (rig) => {
      const urls = (await Promise.all([rig.start(), rig.start()])).map(({ url }) => url);
      const { shoppers, skuIds } = await openMarket(rig, {
        wallets: Array.from({ length: LANES }, () => 0),
        stock: [PLENTY],
      });
      const race = { rig, urls, diary: new Diary(), skuId: present(skuIds[0]) };
      let next = 0;
      const lane = async (shopper: Shopper) => {
        while (next < times) await settle(race, shopper, next++);
      };
      await Promise.all(shoppers.map(lane));
      const orders = await auditPayments(rig, race.diary);
      return `${orders} payments settled once, among ${orders * 3 * WEBHOOKS} webhooks`;
    }),
};

async function settle(race: Race, shopper: Shopper, run: number): Promise<void> {
  const { rig, urls, diary, skuId } = race;
  const desk = createApiClient(present(urls[run % urls.length]));
  const method = present(PROVIDERS[run % PROVIDERS.length]);
  const items = [{ skuId, quantity: 1 }];
  const approved = await buyThrough(rig, desk, diary, shopper, method, { items });
  await announce(race, approved);

  const { opened: until, open: letAnswer } = createGate();
  misbehave(rig, method, 'charge', { payment: approved.key, how: 'wait', moment: 'after', until });
  const confirmed = confirmPayment(desk, approved);
  await Promise.race([untilCharged(rig, approved), confirmed]);
  // Each provider's payments are settled by the webhooks first, or by nobody knows whom.
  if (run % 4 < 2) {
    await announce(race, approved);
    assert.equal((await awaitSettlement(desk, approved)).state, 'paid');
    letAnswer();
  } else {
    letAnswer();
    await announce(race, approved);
  }
  assert.equal((await confirmed).state, 'paid');
  await announce(race, approved);
}

/** The provider tells of the payment many times at once, at all instances. */
async function announce({ rig, urls }: Race, { method, key }: Approved): Promise<void> {
  const statuses = await Promise.all(
    Array.from({ length: WEBHOOKS }, (_, index) =>
      rig[method].announce(key, webhookUrl(present(urls[index % urls.length]), method)),
    ),
  );
  assert.deepEqual(new Set(statuses), new Set([200]));
}
