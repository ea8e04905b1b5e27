import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMergeCartOnLogin } from '../../../src/modules/order/cart/merge-cart-on-login.ts';
import { memberLoggedIn } from '../../../src/modules/user/user.events.ts';
import { newId } from '../../../src/platform/ids/id.ts';
import { cartIdsOf, contentOf, copySkus, createCartClient } from '../../support/carts.ts';
import { eventually } from '../../support/eventually.ts';
import { createShopper, createShoppers } from '../../support/factories.ts';
import { handle, type TestEvent } from '../../support/order-events.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';

let shop: TestShop;
let cart: ReturnType<typeof createCartClient>;
beforeAll(async () => {
  shop = await startShop();
  cart = createCartClient(shop.url);
});
afterAll(() => shop.stop());

const PASSWORD = 'correct horse battery';
const EMPTY = { items: [], itemsAmount: 0 };
const hashOf = (cartToken: string) => createHash('sha256').update(cartToken).digest('hex');

/** As many SKUs as are taken out of it; the last one carries none. */
const someSkus = async () => (await copySkus(shop, 3)) as [string, string, string];
const loggedIn = (memberId: string, cartToken: string): TestEvent =>
  memberLoggedIn.read(memberLoggedIn.of(newId(), 1, { memberId, cartKey: hashOf(cartToken) }));
const arrive = (...events: TestEvent[]) =>
  handle(
    shop,
    createMergeCartOnLogin({ clock: { now: () => new Date(), nowMs: Date.now } }),
    events,
  );
const sorted = (content: [string, number][]) => content.toSorted(([a], [b]) => (a < b ? -1 : 1));

const register = (loginId: string, cartToken?: string) =>
  shop.api.post('/auth/register', {
    body: {
      loginId,
      password: PASSWORD,
      name: '김민지',
      email: 'minji@example.com',
      phone: '010-1234-5678',
    },
    ...(cartToken === undefined ? {} : { headers: { 'x-cart-token': cartToken } }),
  });
const logIn = (loginId: string, cartToken: string, password = PASSWORD) =>
  shop.api.post('/auth/login', {
    body: { loginId, password },
    headers: { 'x-cart-token': cartToken },
  });
const eventsTold = async () => {
  const [row] = await shop.database.select<{ told: number }>(
    "SELECT COUNT(*) AS told FROM platform_outbox WHERE events LIKE '%user.member-logged-in%'",
  );
  return Number(row?.told);
};

describe("a guest's cart", () => {
  it('becomes part of the member’s at login, and is gone then', async () => {
    const [a, b, c] = await someSkus();
    const { body: registered } = await register('merger');
    await cart.put({ token: registered.accessToken }, a, 1);
    await cart.put({ token: registered.accessToken }, b, 2);
    const cartToken = await cart.begin([b, 3], [c, 4]);

    const login = await logIn('merger', cartToken);
    expect(login.status).toBe(200);
    await eventually(async () => {
      const content = contentOf(await cart.show({ token: login.body.accessToken }));
      expect(content).toEqual([
        [a, 1],
        [b, 5],
        [c, 4],
      ]);
    });
    expect((await cart.show({ cartToken })).body).toEqual(EMPTY);
    const left = await shop.database.select(
      'SELECT id FROM order_carts WHERE token_hash = UNHEX(?)',
      [hashOf(cartToken)],
    );
    expect(left).toEqual([]);
  });

  it('is a new member’s from the registration on', async () => {
    const [a] = await someSkus();
    const cartToken = await cart.begin([a, 2]);
    const { body } = await register('newcomer', cartToken);
    await eventually(async () => {
      expect(contentOf(await cart.show({ token: body.accessToken }))).toEqual([[a, 2]]);
    });
    expect((await cart.show({ cartToken })).body).toEqual(EMPTY);
  });

  it('stays the guest’s when the password is wrong, or the login id is taken', async () => {
    const [a] = await someSkus();
    await register('owner.of.it');
    const cartToken = await cart.begin([a, 2]);
    const before = await eventsTold();
    expect((await logIn('owner.of.it', cartToken, 'wrong password')).status).toBe(401);
    expect((await register('owner.of.it', cartToken)).status).toBe(409);
    expect(await eventsTold()).toBe(before);
    expect(contentOf(await cart.show({ cartToken }))).toEqual([[a, 2]]);
  });

  it('is told of by its hash, and only when there can be one', async () => {
    await register('teller');
    const before = await eventsTold();
    const answers = await Promise.all([
      shop.api.post('/auth/login', { body: { loginId: 'teller', password: PASSWORD } }),
      logIn('teller', 'no token'),
      logIn('teller', `${'A'.repeat(43)}, ${'A'.repeat(43)}`),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    expect(await eventsTold()).toBe(before);

    const [a] = await someSkus();
    const cartToken = await cart.begin([a, 1]);
    await logIn('teller', cartToken);
    expect(await eventsTold()).toBe(before + 1);
    const [row] = await shop.database.select<{ events: string }>(
      "SELECT events FROM platform_outbox WHERE events LIKE '%member-logged-in%' ORDER BY id DESC LIMIT 1",
    );
    expect(row?.events).toContain(hashOf(cartToken));
    expect(row?.events).not.toContain(cartToken);
  });

  it('is merged once, however often and late it is told', async () => {
    const [a, b] = await someSkus();
    const { id, token } = await createShopper(shop, 0);
    const cartToken = await cart.begin([a, 2]);
    const event = loggedIn(id, cartToken);
    await arrive(event, event);
    expect(contentOf(await cart.show({ token }))).toEqual([[a, 2]]);
    await cart.put({ token }, a, 1);
    await arrive(event, loggedIn(id, cartToken));
    expect(contentOf(await cart.show({ token }))).toEqual([[a, 1]]);

    // The guest goes on under the old token, and gets another cart than the one that was merged.
    const put = await cart.put({ cartToken }, b, 1);
    await arrive(event);
    expect(contentOf(await cart.show({ token }))).toEqual([[a, 1]]);
    const newToken = put.headers.get('x-cart-token') ?? '';
    expect(contentOf(await cart.show({ cartToken: newToken }))).toEqual([[b, 1]]);
  });

  it('goes to the first of two members who bring it', async () => {
    const [a] = await someSkus();
    const [first, second] = await createShoppers(shop, 2, 0);
    const cartToken = await cart.begin([a, 2]);
    await arrive(loggedIn(first?.id ?? '', cartToken), loggedIn(second?.id ?? '', cartToken));
    expect(contentOf(await cart.show({ token: first?.token ?? '' }))).toEqual([[a, 2]]);
    expect((await cart.show({ token: second?.token ?? '' })).body).toEqual(EMPTY);
  });

  it('adds up with others of the same member, to 999 of a SKU at the most', async () => {
    const [a, b, c] = await someSkus();
    const { id, token } = await createShopper(shop, 0);
    const tokens = [await cart.begin([a, 400], [b, 1]), await cart.begin([a, 400], [c, 1])];
    await arrive(...tokens.map((cartToken) => loggedIn(id, cartToken)));
    expect(contentOf(await cart.show({ token }))).toEqual([
      [a, 800],
      [b, 1],
      [c, 1],
    ]);
    await arrive(loggedIn(id, await cart.begin([a, 400])));
    expect(contentOf(await cart.show({ token }))[0]).toEqual([a, 999]);
    expect(await cartIdsOf(shop, id)).toHaveLength(1);
  });

  it('fills the member’s up to 100 SKUs, the member’s own first', async () => {
    const skus = await copySkus(shop, 104);
    const { id, token } = await createShopper(shop, 0);
    const own = skus.slice(6);
    await Promise.all(own.map((skuId) => cart.put({ token }, skuId, 1)));
    const brought = skus.slice(0, 6).map((skuId): [string, number] => [skuId, 1]);
    const cartToken = await cart.begin([skus[10] ?? '', 5], ...brought);
    await arrive(loggedIn(id, cartToken));
    const content = new Map(contentOf(await cart.show({ token })));
    expect(content.size).toBe(100);
    expect(own.filter((skuId) => !content.has(skuId))).toEqual([]);
    expect(content.get(skus[10] ?? '')).toBe(6);
    expect(brought.map(([skuId]) => content.has(skuId))).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    expect((await cart.show({ cartToken })).body).toEqual(EMPTY);
  });
});

describe('a member who sends a guest’s token along', () => {
  it('sees its items at once, and again', async () => {
    const [a, b] = await someSkus();
    const { token } = await createShopper(shop, 0);
    await cart.put({ token }, a, 1);
    const cartToken = await cart.begin([a, 2], [b, 1]);
    const first = await cart.show({ token, cartToken });
    expect(contentOf(first)).toEqual([
      [a, 3],
      [b, 1],
    ]);
    expect((await cart.show({ token, cartToken })).body).toEqual(first.body);
    expect((await cart.show({ token })).body).toEqual(first.body);
    expect((await cart.show({ cartToken })).body).toEqual(EMPTY);
  });

  it('sets and takes out what the guest had put in', async () => {
    const [a, b, c] = await someSkus();
    const { token } = await createShopper(shop, 0);
    const put = await cart.put({ token, cartToken: await cart.begin([a, 2], [b, 1]) }, a, 5);
    expect(contentOf(put)).toEqual([
      [a, 5],
      [b, 1],
    ]);
    expect(put.headers.get('x-cart-token')).toBeNull();
    const removed = await cart.remove({ token, cartToken: await cart.begin([b, 7], [c, 1]) }, b);
    expect(contentOf(removed)).toEqual([
      [a, 5],
      [c, 1],
    ]);
  });

  it('gets nothing for a token of nobody, nor for a merged one', async () => {
    const [a] = await someSkus();
    const [first, second] = await createShoppers(shop, 2, 0);
    const cartToken = await cart.begin([a, 1]);
    await cart.show({ token: first?.token ?? '', cartToken });
    const token = second?.token ?? '';
    expect((await cart.show({ token, cartToken })).body).toEqual(EMPTY);
    expect((await cart.show({ token, cartToken: 'B'.repeat(43) })).body).toEqual(EMPTY);
    expect((await cart.show({ token, cartToken: 'short' })).status).toBe(200);
  });
});

describe('merging while everything else goes on', () => {
  it('loses nothing and doubles nothing', async () => {
    for (let round = 0; round < 8; round += 1) {
      const [a, b, c] = await someSkus();
      const { id, token } = await createShopper(shop, 0);
      // In every other round the member has no cart yet.
      if (round % 2 === 0) await cart.put({ token }, a, 3);
      const cartToken = await cart.begin([a, 2]);
      const event = loggedIn(id, cartToken);
      const [late, own, ...rest] = await Promise.all([
        cart.put({ cartToken }, c, 1),
        cart.put({ token }, b, 1),
        cart.show({ token, cartToken }),
        arrive(event, event),
        cart.show({ token, cartToken }),
        arrive(event),
        cart.put({ token }, b, 4),
      ]);
      expect([late.status, own.status]).toEqual([200, 200]);
      expect(rest.filter((answer) => answer && answer.status !== 200)).toEqual([]);

      // What the guest put in came before the merge, or went into a cart of its own.
      const newToken = late.headers.get('x-cart-token');
      const elsewhere = newToken ? contentOf(await cart.show({ cartToken: newToken })) : [];
      const content = contentOf(await cart.show({ token }));
      expect(await cartIdsOf(shop, id)).toHaveLength(1);
      const quantityOfB = content.find(([skuId]) => skuId === b)?.[1];
      expect([1, 4]).toContain(quantityOfB);
      expect(sorted([...content, ...elsewhere])).toEqual([
        [a, round % 2 === 0 ? 5 : 2],
        [b, quantityOfB],
        [c, 1],
      ]);
      expect((await cart.show({ cartToken })).body).toEqual(EMPTY);
    }
  });
});
