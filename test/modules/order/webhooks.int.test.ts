import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askSoon } from '../../../src/modules/order/payments/payments.store.ts';
import { newId } from '../../../src/platform/ids/id.ts';
import { eventually } from '../../support/eventually.ts';
import {
  createProduct,
  createShopper,
  type Shopper,
  type TestProduct,
} from '../../support/factories.ts';
import { auditPayments } from '../../support/audit-payments.ts';
import {
  approve,
  approveAtToss,
  confirm,
  placeDue,
  startPayingShop,
  webhookUrl,
  type PayingShop,
  type Provider,
} from '../../support/paying.ts';
import { keyOf, paymentOf, showOrder, toldOf } from '../../support/payments-seen.ts';

const PRICE = 20_000;
const TEN = Array.from({ length: 10 });

let shop: PayingShop;
let product: TestProduct;
let shopper: Shopper;

async function open(environment: Record<string, string> = {}): Promise<void> {
  shop = await startPayingShop(environment);
  product = await createProduct(shop, { price: PRICE, stock: 1000 });
  shopper = await createShopper(shop, 0);
}

const place = async (method: Provider) =>
  (await placeDue(shop, shopper, method, { skuId: product.skuId })).body;
const announce = (method: Provider, providerKey: string) =>
  shop[method].announce(providerKey, webhookUrl(shop, method));
const tenTimes = (method: Provider, providerKey: string) =>
  Promise.all(TEN.map(() => announce(method, providerKey)));
const post = (path: string, body: string, type = 'application/json') =>
  fetch(`${shop.url}/api/v1/webhooks/${path}`, {
    method: 'POST',
    headers: { 'content-type': type },
    body,
  });

const swapCase = (text: string) =>
  text.replaceAll(/[a-z]/giu, (letter) =>
    letter < 'a' ? letter.toLowerCase() : letter.toUpperCase(),
  );

describe('webhooks', () => {
  beforeAll(() => open());
  afterAll(() => shop.stop());

  it.each(['toss', 'kakaopay'] as const)(
    'of %s settle a payment once, however many come before, while and after it is confirmed',
    async (method) => {
      for (let round = 0; round < 20; round += 1) {
        const order = await place(method);
        const confirmation = await approve(shop, method, order);
        const key =
          'paymentKey' in confirmation
            ? String(confirmation.paymentKey)
            : await keyOf(shop, order.id);
        const before = await tenTimes(method, key);
        const [answer, meanwhile] = await Promise.all([
          confirm(shop, shopper, order.id, confirmation),
          tenTimes(method, key),
        ]);
        const after = await tenTimes(method, key);
        expect(answer).toMatchObject({ status: 200, body: { state: 'paid' } });
        expect(new Set([...before, ...meanwhile, ...after])).toEqual(new Set([200]));
        expect(await paymentOf(shop, order.id)).toMatchObject({ state: 'paid', nextAskAt: null });
        expect(await toldOf(shop, order.id)).toEqual([
          'order.placed',
          'order.payment-due',
          'order.paid',
        ]);
      }
      await auditPayments(shop);
    },
  );

  it.each(['toss', 'kakaopay'] as const)(
    'of %s that come before the answer to the confirmation settle it once',
    async (method) => {
      const url = webhookUrl(shop, method);
      shop[method].webhooks.announceTo({ url, copies: 5, timing: 'early' });
      const order = await place(method);
      const confirmation = await approve(shop, method, order);
      const answer = await confirm(shop, shopper, order.id, confirmation);
      shop[method].webhooks.announceTo(undefined);
      expect(answer).toMatchObject({ status: 200, body: { state: 'paid' } });
      expect(shop[method].webhooks.counts).toEqual({ delivered: 5, failed: 0 });
      expect((await toldOf(shop, order.id)).filter((name) => name === 'order.paid')).toHaveLength(
        1,
      );
      await auditPayments(shop);
    },
  );

  it('for payments that nobody knows change nothing', async () => {
    const order = await place('toss');
    const { paymentKey } = approveAtToss(shop, order);
    const asked = shop.toss.requests.length;
    const bodies = [
      { eventType: 'PAYMENT_STATUS_CHANGED', data: { paymentKey, status: 'DONE' } },
      { eventType: 'PAYMENT_STATUS_CHANGED', data: { paymentKey: newId(), orderId: order.id } },
    ];
    for (const body of bodies) {
      const response = await post('toss', JSON.stringify(body));
      expect([response.status, await response.json()]).toEqual([200, {}]);
    }
    expect((await post('kakaopay', JSON.stringify({ tid: paymentKey }))).status).toBe(200);
    // A question of another order's proves that the shop went on asking, and asked nothing for these.
    const paid = await place('toss');
    await confirm(shop, shopper, paid.id, approveAtToss(shop, paid));
    expect(shop.toss.requests.slice(asked).map(({ path }) => path)).toEqual([
      '/v1/payments/confirm',
    ]);
    expect(await showOrder(shop, order.id)).toEqual(order);
    expect(await paymentOf(shop, order.id)).toBeUndefined();
  });

  it('are taken from nobody at their word', async () => {
    const order = await place('kakaopay');
    const tid = await keyOf(shop, order.id);
    const lies = { tid, partner_order_id: order.id, status: 'SUCCESS_PAYMENT', amount: 1 };
    expect((await post('kakaopay', JSON.stringify(lies))).status).toBe(200);
    await eventually(async () => {
      expect(await paymentOf(shop, order.id)).toMatchObject({ asks: 1, nextAskAt: null });
    });
    expect(await showOrder(shop, order.id)).toEqual(order);
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '5',
    '"PAYMENT_STATUS_CHANGED"',
    '{}',
    '{"data":null}',
    '{"data":[]}',
    '{"data":{"paymentKey":null}}',
    '{"data":{"paymentKey":{"$ne":""}}}',
    '{"data":{"paymentKey":""},"tid":""}',
    `{"data":{"paymentKey":"${'x'.repeat(5_000)}"},"tid":"${'x'.repeat(5_000)}"}`,
    '{"data":{"paymentKey":"\' OR 1=1 --"},"tid":"\' OR 1=1 --"}',
    '{"data":{"paymentKey":"\\u0000\\ud800"},"tid":"\\u0000\\ud800"}',
    '{"data":{"paymentKey":"\u{1f437}"},"tid":"\u{1f437}"}',
    '{"__proto__":{"data":{"paymentKey":"x"}}}',
    `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
  ])('may be garbage, which is no error of the shop: %.40j', async (text) => {
    const answers = await Promise.all([post('toss', text), post('kakaopay', text)]);
    for (const { status } of answers) expect([200, 400]).toContain(status);
  });

  it('in another form than JSON are not read', async () => {
    const answers = await Promise.all([
      post('toss', 'data=x', 'application/x-www-form-urlencoded'),
      post('kakaopay', '<tid>x</tid>', 'application/xml'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([415, 415]);
  });
});

describe('hints about a payment whose outcome is open', () => {
  beforeAll(() => open({ SHOP_PAYMENT_CALL_TIMEOUT_MS: '1500' }));
  afterAll(() => shop.stop());

  it('use up none of the questions that are asked anyway', async () => {
    const order = await place('toss');
    const confirmation = approveAtToss(shop, order);
    shop.toss.misbehave({ on: 'confirm', how: 'error', moment: 'after', isKept: true });
    shop.toss.misbehave({ on: 'lookUp', how: 'answer', moment: 'before', status: 404, body: {} });
    const answer = await confirm(shop, shopper, order.id, confirmation);
    expect(answer).toMatchObject({ status: 202, body: { state: 'confirming' } });

    // Another key, to the provider as to us: keys that differ in case alone are two.
    const other = swapCase(confirmation.paymentKey);
    expect(await askSoon(shop.database, 'toss', other, new Date())).toBe(false);

    const asksOf = async () => (await paymentOf(shop, order.id))?.asks ?? 0;
    for (let round = 0; round < 10; round += 1) {
      const before = await asksOf();
      await tenTimes('toss', confirmation.paymentKey);
      await eventually(async () => expect(await asksOf()).toBeGreaterThan(before));
    }
    await eventually(async () => {
      const payment = await paymentOf(shop, order.id);
      expect(payment?.state).toBe('confirming');
      expect(Number(payment?.nextAskAt) - Number(payment?.sentAt)).toBe(60_000);
    });
    shop.toss.behave();
    await eventually(async () => {
      await announce('toss', confirmation.paymentKey);
      expect((await showOrder(shop, order.id)).state).toBe('paid');
    });
    await auditPayments(shop);
  });
});
