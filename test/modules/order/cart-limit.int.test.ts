import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GUEST_CHANGES_PER_MINUTE } from '../../../src/modules/order/cart/members-or-guests.ts';
import { newId } from '../../../src/platform/ids/id.ts';
import { createCartClient, type Visitor } from '../../support/carts.ts';
import { createShopper } from '../../support/factories.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';

let shop: TestShop;
let cart: ReturnType<typeof createCartClient>;
beforeAll(async () => {
  shop = await startShop({ SHOP_RATE_LIMIT: 'on' });
  cart = createCartClient(shop.url);
});
afterAll(() => shop.stop());

/** A change that is refused for its quantity: the limit counts it as well. */
const change = (who: Visitor) => cart.put(who, newId(), 0);

describe('the limit of changes', () => {
  it('holds for the guests of one address together, and not for members', async () => {
    const { token } = await createShopper(shop, 0);
    const guests = Array.from({ length: GUEST_CHANGES_PER_MINUTE }, (_, index) => ({
      cartToken: String(index).padStart(43, 'A'),
    }));
    const served = await Promise.all(guests.map(change));
    expect(new Set(served.map((answer) => answer.status))).toEqual(new Set([400]));

    const refused = [await change({}), await cart.remove({}, newId())];
    expect(refused.map((answer) => [answer.status, answer.body.code])).toEqual([
      [429, 'rate_limited'],
      [429, 'rate_limited'],
    ]);
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);

    const members = await Promise.all(guests.map(() => change({ token })));
    expect(new Set(members.map((answer) => answer.status))).toEqual(new Set([400]));
    expect((await cart.show({})).status).toBe(200);
    expect((await change({ token: 'x.y.z' })).status).toBe(401);
  });
});
