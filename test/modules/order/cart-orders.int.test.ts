import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMemberCarts, takeOutOfCarts } from '../../../src/modules/order/cart/cart.store.ts';
import { newId, type Id } from '../../../src/platform/ids/id.ts';
import { contentOf, copySkus, createCartClient } from '../../support/carts.ts';
import { createShopper, createShoppers } from '../../support/factories.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';

let shop: TestShop;
let cart: ReturnType<typeof createCartClient>;
beforeAll(async () => {
  shop = await startShop();
  cart = createCartClient(shop.url);
});
afterAll(() => shop.stop());

const someSkus = async () => (await copySkus(shop, 3)) as [Id, Id, Id];
const idOfCart = async (memberId: Id) => {
  const found = (await readMemberCarts(shop.database, [memberId])).get(memberId);
  if (!found) throw new Error('the member has no cart');
  return found.cartId;
};
const take = (...taken: Parameters<typeof takeOutOfCarts>[1]) =>
  shop.app.backbone.inTransaction((tx) => takeOutOfCarts(tx, taken));

/** A member with these quantities of three SKUs. */
async function memberWith(...quantities: [number, number, number]) {
  const [member, skus] = [await createShopper(shop, 0), await someSkus()];
  for (const [index, skuId] of skus.entries()) {
    await cart.put({ token: member.token }, skuId, quantities[index]);
  }
  return { ...member, skus, cartId: await idOfCart(member.id) };
}

describe('what members have in their carts', () => {
  it('is read for many at once, each in the order in which it was added', async () => {
    const [first, second, without, never] = await createShoppers(shop, 4, 0);
    const [a, b, c] = await someSkus();
    const put = (member: typeof first, skuId: Id, quantity: number) =>
      cart.put({ token: member?.token ?? '' }, skuId, quantity);
    await put(first, c, 3);
    await put(first, a, 1);
    await put(second, b, 2);
    await put(without, a, 1);
    await cart.remove({ token: without?.token ?? '' }, a);

    const members = [first, second, without, never].map((member) => member?.id ?? '');
    const found = await readMemberCarts(shop.database, members);
    expect(members.map((id) => found.get(id)?.items)).toEqual([
      [
        { skuId: c, quantity: 3 },
        { skuId: a, quantity: 1 },
      ],
      [{ skuId: b, quantity: 2 }],
      [],
      undefined,
    ]);
    expect(await readMemberCarts(shop.database, [])).toEqual(new Map());
  });
});

describe('what was ordered', () => {
  it('leaves the carts: a line goes, or keeps what is above the ordered quantity', async () => {
    const [one, two] = [await memberWith(5, 5, 5), await memberWith(1, 1, 1)];
    const [a, b, c] = one.skus;
    await take(
      { cartId: one.cartId, skuId: c, quantity: 9 },
      { cartId: two.cartId, skuId: two.skus[1], quantity: 1 },
      { cartId: one.cartId, skuId: a, quantity: 2 },
      { cartId: one.cartId, skuId: b, quantity: 5 },
    );
    expect(contentOf(await cart.show(one))).toEqual([[a, 3]]);
    expect(contentOf(await cart.show(two))).toEqual([
      [two.skus[0], 1],
      [two.skus[2], 1],
    ]);
  });

  it('is added up over two orders of one cart', async () => {
    const { token, skus, cartId } = await memberWith(5, 5, 1);
    const [a, b, c] = skus;
    await take(...[a, b, a, b, b].map((skuId) => ({ cartId, skuId, quantity: 2 })));
    expect(contentOf(await cart.show({ token }))).toEqual([
      [a, 1],
      [c, 1],
    ]);
  });

  it('may have left already, with its cart or without', async () => {
    const { token, skus, cartId } = await memberWith(1, 2, 3);
    const [a, b, c] = skus;
    await cart.remove({ token }, a);
    await take(
      { cartId, skuId: a, quantity: 1 },
      { cartId, skuId: newId(), quantity: 1 },
      { cartId: newId(), skuId: b, quantity: 1 },
      { cartId, skuId: c, quantity: 3 },
    );
    await take({ cartId, skuId: c, quantity: 3 });
    await take();
    expect(contentOf(await cart.show({ token }))).toEqual([[b, 2]]);
  });

  it('leaves once each, while the member goes on shopping', async () => {
    const { token, skus, cartId } = await memberWith(999, 999, 1);
    const [a, b, c] = skus;
    const extra = await copySkus(shop, 10);
    const answers = await Promise.all([
      ...Array.from({ length: 15 }, () =>
        take({ cartId, skuId: b, quantity: 1 }, { cartId, skuId: a, quantity: 2 }),
      ),
      ...extra.map((skuId) => cart.put({ token }, skuId, 1)),
      ...[2, 3, 4].map((quantity) => cart.put({ token }, c, quantity)),
    ]);
    expect(answers.filter((answer) => answer && answer.status !== 200)).toEqual([]);
    const content = new Map(contentOf(await cart.show({ token })));
    expect([content.get(a), content.get(b), content.size]).toEqual([969, 984, 13]);
  });
});
