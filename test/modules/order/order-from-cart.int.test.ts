import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId, type Id } from '../../../src/platform/ids/id.ts';
import { contentOf, createCartClient } from '../../support/carts.ts';
import {
  ADDRESS,
  createProduct,
  createShopper,
  orderOf,
  type Shopper,
} from '../../support/factories.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';
import { createRange, pricesOf } from './support/ranges.ts';

let shop: TestShop;
let cart: ReturnType<typeof createCartClient>;
beforeAll(async () => {
  shop = await startShop();
  cart = createCartClient(shop.url);
});
afterAll(() => shop.stop());

const quote = ({ token }: Shopper, body: unknown) =>
  shop.api.post('/orders/quote', { token, body });
const place = ({ token }: Shopper, body: Record<string, unknown>) =>
  shop.api.post('/orders', { token, body: { paymentMethod: 'wallet', address: ADDRESS, ...body } });
const pathsOf = ({ body }: Awaited<ReturnType<typeof quote>>) =>
  body.errors.map((error: { path: string }) => error.path);

describe('an order without items', () => {
  it('is of the cart, as its quote is, and takes exactly that out of it', async () => {
    const skuIds = await createRange(shop, { listPrice: 10_000, discountPercent: 5 });
    const [first, second] = skuIds as [Id, Id];
    const shopper = await createShopper(shop, 1_000_000);
    await cart.put(shopper, first, 2);
    await cart.put(shopper, second, 3);
    const items = [
      { skuId: first, quantity: 2 },
      { skuId: second, quantity: 3 },
    ];
    const quoted = await quote(shopper, {});
    expect(quoted.body).toEqual((await quote(shopper, { items })).body);
    expect(contentOf(await cart.show(shopper))).toHaveLength(2);

    const order = await place(shopper, {});
    expect(pricesOf(order.body)).toEqual(pricesOf(quoted.body));
    await cart.put(shopper, first, 7);
    await shop.app.backbone.settled();
    expect(contentOf(await cart.show(shopper))).toEqual([[first, 7]]);
    // Items that are named are not the cart's, even if they are in it.
    await place(shopper, { items });
    await shop.app.backbone.settled();
    expect(contentOf(await cart.show(shopper))).toEqual([[first, 7]]);
  });

  it('leaves what was put into the cart beside it', async () => {
    const [first, second] = (await createRange(shop, { listPrice: 1_000, discountPercent: 0 })) as [
      Id,
      Id,
    ];
    const shopper = await createShopper(shop, 100_000);
    await cart.put(shopper, first, 2);
    const [order] = await Promise.all([place(shopper, {}), cart.put(shopper, second, 1)]);
    await shop.app.backbone.settled();
    const bought = new Map(
      order.body.lines.map((line: { skuId: Id; quantity: number }) => [line.skuId, line.quantity]),
    );
    const left = new Map(contentOf(await cart.show(shopper)));
    expect([left.get(first) ?? 0, left.get(second) ?? 0]).toEqual([
      2 - Number(bought.get(first) ?? 0),
      1 - Number(bought.get(second) ?? 0),
    ]);
  });

  it('that fails leaves the cart as it is', async () => {
    const { skuId } = await createProduct(shop, { price: 10_000, stock: 1 });
    const shopper = await createShopper(shop, 1_000_000);
    await cart.put(shopper, skuId, 2);
    const refused = await place(shopper, {});
    expect(refused.body).toMatchObject({ status: 409, code: 'out_of_stock' });
    await shop.app.backbone.settled();
    expect(contentOf(await cart.show(shopper))).toEqual([[skuId, 2]]);
    await cart.put(shopper, skuId, 1);
    expect((await place(shopper, {})).status).toBe(201);
    await shop.app.backbone.settled();
    expect(contentOf(await cart.show(shopper))).toEqual([]);
  });

  it('is nothing when the cart is empty, or was never there', async () => {
    const { skuId } = await createProduct(shop, { price: 10_000, stock: 1 });
    const [emptied, never] = [await createShopper(shop, 0), await createShopper(shop, 0)];
    await cart.put(emptied, skuId, 1);
    await cart.remove(emptied, skuId);
    for (const shopper of [emptied, never]) {
      for (const ask of [quote, place]) {
        expect((await ask(shopper, {})).body).toMatchObject({ status: 409, code: 'cart_empty' });
      }
    }
  });

  it('is refused when the list of items is there but empty', async () => {
    const shopper = await createShopper(shop, 0);
    for (const ask of [quote, place]) {
      expect(pathsOf(await ask(shopper, { items: [] }))).toEqual(['/items']);
    }
    // The payment method may be told: some take no small amounts.
    expect(pathsOf(await quote(shopper, orderOf(newId())))).toEqual(['/address']);
  });
});
