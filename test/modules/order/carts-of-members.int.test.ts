import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMemberCarts } from '../../../src/modules/order/cart/cart.store.ts';
import type { Id } from '../../../src/platform/ids/id.ts';
import { copySkus, createCartClient } from '../../support/carts.ts';
import { createShoppers } from '../../support/factories.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';

let shop: TestShop;
let cart: ReturnType<typeof createCartClient>;
beforeAll(async () => {
  shop = await startShop();
  cart = createCartClient(shop.url);
});
afterAll(() => shop.stop());

const someSkus = async () => (await copySkus(shop, 3)) as [Id, Id, Id];
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
