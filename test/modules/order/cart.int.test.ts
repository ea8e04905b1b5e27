import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyAvailability } from '../../../src/modules/order/copies/copy-availability.ts';
import { availabilityChanged } from '../../../src/modules/catalog/catalog.events.ts';
import { newId } from '../../../src/platform/ids/id.ts';
import { cartIdsOf, contentOf, copySkus, createCartClient } from '../../support/carts.ts';
import { eventually } from '../../support/eventually.ts';
import { createProduct, createShopper } from '../../support/factories.ts';
import { handle } from '../../support/order-events.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';

let shop: TestShop;
let cart: ReturnType<typeof createCartClient>;
beforeAll(async () => {
  shop = await startShop();
  cart = createCartClient(shop.url);
});
afterAll(() => shop.stop());

const EMPTY = { items: [], itemsAmount: 0 };
const TOKEN = /^[\w-]{43}$/;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const twoSkus = async () => (await copySkus(shop, 2)) as [string, string];
const tell = async (skuId: string, availability: 'few_left' | 'sold_out') => {
  const payload = { skus: [{ skuId, availability, version: 1 }] };
  await handle(shop, copyAvailability, [
    availabilityChanged.read(availabilityChanged.of(skuId, 1, payload)),
  ]);
};

describe("a guest's cart", () => {
  it('begins with the first item, and is opened by the token that came with it', async () => {
    const { productId, skuId } = await createProduct(shop, {
      price: 10_000,
      stock: 50,
      discountPercent: 10,
    });
    const first = await cart.put({}, skuId, 2);
    const cartToken = first.headers.get('x-cart-token') ?? '';
    expect(cartToken).toMatch(TOKEN);
    expect(first).toMatchObject({ status: 200, body: { itemsAmount: 18_000 } });
    const shown = await cart.show({ cartToken });
    expect(shown.body).toEqual(first.body);
    expect(shown.headers.get('x-cart-token')).toBeNull();
    expect(shown.body.items).toEqual([
      {
        skuId,
        productId,
        name: expect.stringContaining('새벽 무화과'),
        options: '50ml',
        thumbnailUrl: null,
        quantity: 2,
        listPrice: 10_000,
        unitPrice: 9_000,
        lineAmount: 18_000,
        availability: 'in_stock',
        state: 'on_sale',
      },
    ]);
  });

  it('goes on under the same token', async () => {
    const [a, b] = await twoSkus();
    const cartToken = await cart.begin([a, 1]);
    const second = await cart.put({ cartToken }, b, 3);
    expect(second.headers.get('x-cart-token')).toBeNull();
    expect(contentOf(second)).toEqual([
      [a, 1],
      [b, 3],
    ]);
  });

  it('keeps no token, only its hash', async () => {
    const [a] = await twoSkus();
    const cartToken = await cart.begin([a, 1]);
    const rows = await shop.database.select<{ tokenHash: string; token: number }>(
      `SELECT LOWER(HEX(token_hash)) AS tokenHash, INSTR(token_hash, ?) AS token
       FROM order_carts WHERE token_hash = UNHEX(?)`,
      [cartToken, sha256(cartToken)],
    );
    expect(rows).toEqual([{ tokenHash: sha256(cartToken), token: 0 }]);
  });

  it.each([
    ['that nobody made', 'A'.repeat(43)],
    ['that is too short', 'abc'],
    ['of other letters', `${'A'.repeat(42)}!`],
    ['that is empty', ''],
  ])(
    'is an empty one with a token %s, until something is put into it',
    async (_what, cartToken) => {
      const [a] = await twoSkus();
      expect(await cart.show({ cartToken })).toMatchObject({ status: 200, body: EMPTY });
      expect(await cart.remove({ cartToken }, a)).toMatchObject({ status: 200, body: EMPTY });
      const put = await cart.put({ cartToken }, a, 1);
      const newToken = put.headers.get('x-cart-token') ?? '';
      expect(newToken).toMatch(TOKEN);
      expect(newToken).not.toBe(cartToken);
      expect(contentOf(await cart.show({ cartToken: newToken }))).toEqual([[a, 1]]);
      expect((await cart.show({ cartToken })).body).toEqual(EMPTY);
    },
  );

  it('is opened by no other token, not even by what is stored of its own', async () => {
    const [a, b] = await twoSkus();
    const [mine, others] = [await cart.begin([a, 1]), await cart.begin([b, 1])];
    const stored = createHash('sha256').update(mine).digest('base64url');
    expect((await cart.show({ cartToken: stored })).body).toEqual(EMPTY);
    expect((await cart.show({})).body).toEqual(EMPTY);
    expect(contentOf(await cart.show({ cartToken: others }))).toEqual([[b, 1]]);
    const { token } = await createShopper(shop, 0);
    expect((await cart.show({ token })).body).toEqual(EMPTY);
  });
});

describe("a member's cart", () => {
  it('is the same wherever the member comes from, and nobody else’s', async () => {
    const [a, b] = await twoSkus();
    const [mine, other] = [await createShopper(shop, 0), await createShopper(shop, 0)];
    const put = await cart.put({ token: mine.token }, a, 1);
    expect(put.headers.get('x-cart-token')).toBeNull();
    await cart.put({ token: other.token }, b, 2);
    const again = shop.app.server.jwt.sign({ kind: 'member', sub: mine.id });
    expect(contentOf(await cart.show({ token: again }))).toEqual([[a, 1]]);
    expect(contentOf(await cart.show({ token: other.token }))).toEqual([[b, 2]]);
  });

  it('is one, also when the first items come all at once', async () => {
    const skus = await copySkus(shop, 10);
    const { id, token } = await createShopper(shop, 0);
    const puts = await Promise.all(skus.map((skuId) => cart.put({ token }, skuId, 1)));
    expect(puts.map((put) => put.status)).toEqual(skus.map(() => 200));
    expect(await cartIdsOf(shop, id)).toHaveLength(1);
    const content = contentOf(await cart.show({ token }));
    expect(content.map(([skuId]) => skuId).toSorted()).toEqual(skus);
  });

  it('needs a valid token: a wrong one makes no guest of anybody', async () => {
    const [a] = await twoSkus();
    const cartToken = await cart.begin([a, 1]);
    const longAgo = Math.floor(Date.now() / 1000) - 1000;
    const claims = { kind: 'member' as const, sub: newId(), iat: longAgo };
    const wrong = ['x.y.z', shop.ownerToken, shop.app.server.jwt.sign(claims)];
    const answers = await Promise.all(
      wrong.flatMap((token) => [
        cart.show({ token, cartToken }),
        cart.put({ token, cartToken }, a, 5),
        cart.remove({ token, cartToken }, a),
      ]),
    );
    expect(answers.map((answer) => answer.body.code)).toEqual(answers.map(() => 'unauthenticated'));
    expect(contentOf(await cart.show({ cartToken }))).toEqual([[a, 1]]);
  });
});

describe('the items of a cart', () => {
  it('have the quantity that was set last, and keep the order in which they came', async () => {
    const [a, b] = await twoSkus();
    const { token } = await createShopper(shop, 0);
    await cart.put({ token }, b, 5);
    await cart.put({ token }, a, 1);
    const changed = await cart.put({ token }, b, 2);
    expect(contentOf(changed)).toEqual([
      [b, 2],
      [a, 1],
    ]);
    expect((await cart.show({ token })).body).toEqual(changed.body);
    expect(changed.body.itemsAmount).toBe(3_000);
  });

  it('are taken out, once and again', async () => {
    const [a, b] = await twoSkus();
    const cartToken = await cart.begin([a, 1], [b, 1]);
    const first = await cart.remove({ cartToken }, a);
    expect(first).toMatchObject({ status: 200, body: { itemsAmount: 1_000 } });
    expect(contentOf(first)).toEqual([[b, 1]]);
    expect((await cart.remove({ cartToken }, a)).body).toEqual(first.body);
    expect((await cart.remove({ cartToken }, b)).body).toEqual(EMPTY);
    expect((await cart.show({ cartToken })).body).toEqual(EMPTY);
  });

  it.each([0, -1, 1000, 1.5, '3', null, undefined])('are never %j units', async (quantity) => {
    const [a] = await twoSkus();
    const answer = await cart.put({}, a, quantity);
    expect(answer.body).toMatchObject({ status: 400, code: 'validation_failed' });
    expect(answer.body.errors[0].path).toBe('/quantity');
    expect(answer.headers.get('x-cart-token')).toBeNull();
  });

  it('may be 999 units of a SKU', async () => {
    const [a] = await twoSkus();
    expect(contentOf(await cart.put({}, a, 999))).toEqual([[a, 999]]);
  });

  it('are no SKU that nobody knows, and none that is hidden', async () => {
    const { productId, skuId } = await createProduct(shop, { price: 1_000, stock: 1 });
    const cartToken = await cart.begin([skuId, 1]);
    await shop.api.patch(`/admin/products/${productId}`, {
      token: shop.ownerToken,
      body: { state: 'hidden' },
    });
    await eventually(async () => {
      expect((await cart.show({ cartToken })).body.items[0].state).toBe('unavailable');
    });
    const refused = await Promise.all(
      [skuId, newId(), 'no-id'].map((wrong) => cart.put({ cartToken }, wrong, 3)),
    );
    expect(refused.map(({ status, body }) => [status, body.errors[0].path])).toEqual(
      refused.map(() => [400, '/params/skuId']),
    );
    expect(contentOf(await cart.show({ cartToken }))).toEqual([[skuId, 1]]);
  });

  it('are 100 SKUs at the most, however many come at once', async () => {
    const skus = await copySkus(shop, 106);
    const { token } = await createShopper(shop, 0);
    for (const skuId of skus.slice(0, 94)) await cart.put({ token }, skuId, 1);
    const puts = await Promise.all(skus.slice(94).map((skuId) => cart.put({ token }, skuId, 1)));
    const refused = puts.filter((put) => put.status !== 200);
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(
      Array.from({ length: 6 }, () => [409, 'cart_full']),
    );
    expect((await cart.show({ token })).body.items).toHaveLength(100);

    expect((await cart.put({ token }, skus[0] ?? '', 7)).status).toBe(200);
    await cart.remove({ token }, skus[1] ?? '');
    expect((await cart.put({ token }, skus[1] ?? '', 1)).status).toBe(200);
  });

  it('cost what they cost now', async () => {
    const { productId, skuId } = await createProduct(shop, { price: 10_000, stock: 50 });
    const [other] = await twoSkus();
    const cartToken = await cart.begin([skuId, 2], [other, 1]);
    expect((await cart.show({ cartToken })).body.itemsAmount).toBe(21_000);
    const change = (body: unknown) =>
      shop.api.patch(`/admin/products/${productId}`, { token: shop.ownerToken, body });

    await change({ listPrice: 20_000, discountPercent: 50, name: '한낮의 무화과' });
    await eventually(async () => {
      const { items } = (await cart.show({ cartToken })).body;
      expect(items[0]).toMatchObject({ name: '한낮의 무화과', listPrice: 20_000 });
    });
    await change({ listPrice: 30_000 });
    await eventually(async () => {
      const { body } = await cart.show({ cartToken });
      expect(body.items[0]).toMatchObject({ unitPrice: 15_000, lineAmount: 30_000 });
      expect(body.itemsAmount).toBe(31_000);
    });
  });

  it('count nothing while they are not on sale, and stay', async () => {
    const { productId, skuId } = await createProduct(shop, { price: 10_000, stock: 50 });
    const [other] = await twoSkus();
    const cartToken = await cart.begin([skuId, 2], [other, 1]);
    const turn = async (state: string, shown: string, itemsAmount: number) => {
      await shop.api.patch(`/admin/products/${productId}`, {
        token: shop.ownerToken,
        body: { state },
      });
      await eventually(async () => {
        const { body } = await cart.show({ cartToken });
        expect(body.items.map((item: { state: string }) => item.state)).toEqual([shown, 'on_sale']);
        expect(body.itemsAmount).toBe(itemsAmount);
      });
    };
    await turn('hidden', 'unavailable', 1_000);
    await turn('on_sale', 'on_sale', 21_000);
  });

  it('say how well they can be had; what is sold out counts nothing', async () => {
    const [a, b, c] = (await copySkus(shop, 3)) as [string, string, string];
    const cartToken = await cart.begin([a, 1], [b, 1], [c, 1]);
    await tell(a, 'few_left');
    await tell(b, 'sold_out');
    const { body } = await cart.show({ cartToken });
    expect(body.items.map((item: { availability: string }) => item.availability)).toEqual([
      'few_left',
      'sold_out',
      'in_stock',
    ]);
    expect(body.itemsAmount).toBe(2_000);
  });
});
