import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId, type Id } from '../../../src/platform/ids/id.ts';
import type { ApiClient } from '../../support/api-client.ts';
import { cartIdsOf, contentOf, createCartClient } from '../../support/carts.ts';
import { ADDRESS, createProduct, createShopper, type Shopper } from '../../support/factories.ts';
import { auditLedger } from '../../support/ledger.ts';
import type { TestShop } from '../../support/start-shop.ts';
import { startTwoShops, type SecondShop } from '../../support/two-shops.ts';

const PRICE = 40_000;
const ROUNDS = 5;
/** Every request learns its order's outcome, however slow the machine. */
const PATIENT = { SHOP_ORDER_ANSWER_WAIT_MS: '30000' };

const place = (api: ApiClient, { token }: Shopper, more: Record<string, unknown> = {}, key?: Id) =>
  api.post('/orders', {
    token,
    body: { paymentMethod: 'wallet', address: ADDRESS, ...more },
    ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
  });

describe.each([
  { mode: 'decided where they are placed', environment: PATIENT },
  { mode: 'decided step by step', environment: { ...PATIENT, SHOP_EVENTS_AT_ONCE: 'off' } },
])('orders of one cart at the same time, $mode', ({ environment }) => {
  let first: TestShop;
  let second: SecondShop;
  let stop: () => Promise<void>;
  let cart: ReturnType<typeof createCartClient>;
  let skuIds: Id[];
  beforeAll(async () => {
    ({ first, second, stop } = await startTwoShops(environment));
    cart = createCartClient(first.url);
    const made = [1, 2].map(() => createProduct(first, { price: PRICE, stock: 1_000 }));
    skuIds = (await Promise.all(made)).map(({ skuId }) => skuId);
  });
  afterAll(() => stop());

  /** A member whose cart has one unit of the first SKU and two of the second. */
  async function shopperWithCart(freeAmount = 10 * PRICE): Promise<Shopper> {
    const shopper = await createShopper(first, freeAmount);
    for (const [index, skuId] of skuIds.entries()) await cart.put(shopper, skuId, index + 1);
    return shopper;
  }
  const balanceOf = async ({ token }: Shopper) =>
    (await first.api.get('/me/wallet', { token })).body.balanceAmount;

  it.each([
    { howMany: 2, where: 'one instance', at: () => [first.api] },
    { howMany: 4, where: 'one instance', at: () => [first.api] },
    { howMany: 2, where: 'two instances', at: () => [first.api, second.api] },
    { howMany: 4, where: 'two instances', at: () => [first.api, second.api] },
  ])('buy it once: $howMany at $where', async ({ howMany, at }) => {
    const apis = at();
    for (let round = 0; round < ROUNDS; round += 1) {
      const shopper = await shopperWithCart();
      const asked = Array.from({ length: howMany }, (_, index) =>
        place(apis[index % apis.length] as ApiClient, shopper),
      );
      const answers = await Promise.all(asked);
      const bought = answers.filter(({ status }) => status === 201);
      const refused = answers.filter(({ status }) => status !== 201);
      expect(bought.map(({ body }) => body.state)).toEqual(['paid']);
      expect(bought[0]?.body.itemsAmount).toBe(3 * PRICE);
      expect(refused.map(({ body }) => [body.status, body.code])).toEqual(
        refused.map(() => [409, 'cart_empty']),
      );
      expect(contentOf(await cart.show(shopper))).toEqual([]);
      expect(await balanceOf(shopper)).toBe(7 * PRICE);
    }
  });

  it('with one key are one order, at whichever instance', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const shopper = await shopperWithCart();
      const key = newId();
      const apis = [first.api, second.api, first.api, second.api];
      const answers = await Promise.all(apis.map((api) => place(api, shopper, {}, key)));
      // A repetition shows the order as it is, which may be undecided.
      expect(answers.filter(({ status }) => status !== 201 && status !== 202)).toEqual([]);
      expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
      expect(answers.filter(({ headers }) => headers.has('idempotency-replayed'))).toHaveLength(3);
      expect(await balanceOf(shopper)).toBe(7 * PRICE);
    }
  });

  it('leave the others of their transaction alone', async () => {
    const shoppers = await Promise.all(Array.from({ length: 6 }, () => shopperWithCart()));
    const items = [{ skuId: skuIds[0], quantity: 1 }];
    const answers = await Promise.all(
      shoppers.flatMap((shopper, index) => [
        place(first.api, shopper),
        place(index % 2 === 0 ? first.api : second.api, shopper),
        place(first.api, shopper, { items }),
      ]),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(12);
    expect(await Promise.all(shoppers.map(balanceOf))).toEqual(shoppers.map(() => 6 * PRICE));
  });

  it('that fail leave it as it was, however many they are', async () => {
    const shopper = await shopperWithCart(2 * PRICE);
    const answers = await Promise.all([
      ...[first.api, first.api, second.api].map((api) => place(api, shopper)),
      // One that takes nothing, because it expects another total.
      place(second.api, shopper, { expectedTotalAmount: 1 }),
    ]);
    for (const { status, body } of answers) {
      expect(status).toBe(409);
      expect(['payment_declined', 'cart_empty', 'price_changed']).toContain(body.code);
    }
    expect(answers.map(({ body }) => body.code)).toContain('payment_declined');
    expect(contentOf(await cart.show(shopper))).toEqual(skuIds.map((id, at) => [id, at + 1]));
    expect(await balanceOf(shopper)).toBe(2 * PRICE);
  });

  it('and changes of it lose nothing and buy nothing twice', async () => {
    const [a, b] = skuIds as [Id, Id];
    for (let round = 0; round < ROUNDS; round += 1) {
      const shopper = await shopperWithCart();
      const [put, ...orders] = await Promise.all([
        cart.put(shopper, a, 3),
        place(first.api, shopper),
        place(second.api, shopper),
      ]);
      expect(put.status).toBe(200);
      const bought = new Map<Id, number>();
      for (const { body } of orders.filter(({ status }) => status === 201)) {
        for (const { skuId, quantity } of body.lines) {
          bought.set(skuId, (bought.get(skuId) ?? 0) + Number(quantity));
        }
      }
      const left = new Map(contentOf(await cart.show(shopper)));
      const units = (skuId: Id) => (bought.get(skuId) ?? 0) + (left.get(skuId) ?? 0);
      expect(units(b)).toBe(2);
      // The change came before an order took the line, or after one had taken what was there before.
      expect([3, 4]).toContain(units(a));
    }
  });

  it('take a cart that is there, and keep it for the next time', async () => {
    const shopper = await shopperWithCart();
    const before = await cartIdsOf(first, shopper.id);
    await place(first.api, shopper);
    expect(await cartIdsOf(first, shopper.id)).toEqual(before);
  });

  it('leave ledgers that add up', async () => {
    await Promise.all([first.app.backbone.settled(), second.app.backbone.settled()]);
    await expect(auditLedger(first)).resolves.toBeUndefined();
  });
});
