import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fundsHeld } from '../../src/modules/user/user.events.ts';
import { orderNumber } from '../../src/modules/order/reading/order-number.ts';
import { PlacedOrders } from '../../src/modules/order/placing/placed-orders.ts';
import { OrderNews } from '../../src/modules/order/order-news.ts';
import { createSettleOrdersOnAnswers } from '../../src/modules/order/placing/settle-orders-on-answers.ts';
import { splitProportionally } from '../../src/platform/money/krw.ts';
import { newId } from '../../src/platform/ids/id.ts';
import {
  createCoupon,
  createProduct,
  createShopper,
  createShoppers,
  orderOf,
} from '../support/factories.ts';
import { handle } from '../support/order-events.ts';
import { startShop, type TestShop } from '../support/start-shop.ts';
import { unheardSkus } from '../support/unheard-skus.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

const cursorOf = (values: unknown) => Buffer.from(JSON.stringify(values)).toString('base64url');
const send = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(`${shop.url}${path}`, init);
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    text: await response.text(),
  };
};

describe('an order above all amounts', () => {
  it('is refused by itself, and takes no neighbour of its batch along', async () => {
    const [dear, plain] = await Promise.all([
      createProduct(shop, { price: 20_000_000, stock: 1_000_000 }),
      createProduct(shop, { price: 10_000, stock: 100 }),
    ]);
    const shoppers = await createShoppers(shop, 9, 50_000);
    const items = Array.from({ length: 100 }, () => ({ skuId: dear.skuId, quantity: 999 }));
    const [huge, ...others] = await Promise.all(
      shoppers.map(({ token }, index) =>
        shop.api.post('/orders', {
          token,
          body: index === 0 ? { ...orderOf(''), items } : orderOf(plain.skuId),
        }),
      ),
    );
    expect(huge?.body).toMatchObject({ status: 400, code: 'validation_failed' });
    expect(others.map((answer) => answer.status)).toEqual(others.map(() => 201));
  });
});

describe('a cursor of the right shape that nobody gave out', () => {
  it.each([
    ['/products?sort=priceAsc', ['abc', newId()]],
    ['/products?sort=priceAsc', ['1e999', newId()]],
    ['/products?sort=priceAsc', [5, 'zzz']],
    ['/products?sort=newest', [0, 'zzz']],
    ['/coupons?limit=5', ['abc']],
  ])('is refused: %s %j', async (path, values) => {
    const answer = await shop.api.get(`${path}&cursor=${cursorOf(values)}`);
    expect(answer.body).toMatchObject({ status: 400, errors: [{ path: '/querystring/cursor' }] });
  });
});

describe('half a surrogate pair', () => {
  it('is refused in a name', async () => {
    const answer = await shop.api.post('/auth/register', {
      body: {
        loginId: 'half.a.pair',
        password: 'a-good-password',
        name: '김\ud800',
        email: 'a@example.com',
        phone: '010-1234-5678',
      },
    });
    expect(answer.body).toMatchObject({ status: 400, errors: [{ path: '/name' }] });
  });

  it('is refused in the reason of a grant', async () => {
    const { id } = await createShopper(shop, 0);
    const answer = await shop.api.post(`/admin/members/${id}/wallet-grants`, {
      token: shop.ownerToken,
      body: { amount: 5, reason: 'why \udfff' },
    });
    expect(answer.body).toMatchObject({ status: 400, errors: [{ path: '/reason' }] });
  });
});

describe('a leap second', () => {
  it('is no moment of a coupon', async () => {
    const answer = await shop.api.post('/admin/coupons', {
      token: shop.ownerToken,
      body: {
        name: 'leap',
        kind: 'fixed_amount',
        amount: 1_000,
        minOrderAmount: 0,
        quantity: 10,
        validDays: 30,
        opensAt: '2026-01-01T00:00:00Z',
        closesAt: '2030-12-31T23:59:60Z',
      },
    });
    expect(answer.body).toMatchObject({ status: 400, errors: [{ path: '/closesAt' }] });
  });
});

describe('a path that cannot be read', () => {
  it.each(['/api/v1/products/%zz', `/api/v1/products/${'a'.repeat(300)}`])(
    'is answered with a problem: %s',
    async (path) => {
      const answer = await send(path);
      expect(answer.type).toContain('application/problem+json');
      expect(JSON.parse(answer.text).code).toBeTypeOf('string');
    },
  );
});

describe('plain text', () => {
  it('is no JSON body', async () => {
    const answer = await send('/api/v1/auth/login', {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{"loginId":"a","password":"b"}',
    });
    expect(answer.status).toBe(415);
  });
});

describe('a number in a query', () => {
  it.each([
    'maxPrice=1.5',
    'maxPrice=',
    'maxPrice=true',
    'limit=1.9',
    'minPrice=-0.5',
    'minPrice=0x10',
  ])('is refused when it is none: %s', async (query) => {
    const answer = await shop.api.get(`/products?${query}`);
    expect(answer.body).toMatchObject({ status: 400, code: 'validation_failed' });
  });
});

describe('an answer that is told again', () => {
  it('leaves a paid order as it is', async () => {
    const { skuId } = await createProduct(shop, { price: 10_000, stock: 5 });
    const { token } = await createShopper(shop, 50_000);
    const { body: order } = await shop.api.post('/orders', { token, body: orderOf(skuId) });
    const settleOrders = createSettleOrdersOnAnswers({
      clock: { now: () => new Date(), nowMs: () => Date.now() },
      news: new OrderNews(),
      placedOrders: new PlacedOrders(),
      knownSkus: unheardSkus(shop.database),
      paymentWindowMs: 900_000,
    });
    const again = fundsHeld.of(order.id, 1, { orderId: order.id });
    await handle(shop, settleOrders, [fundsHeld.read(again)]);
    expect((await shop.api.get(`/orders/${order.id}`, { token })).body).toEqual(order);
  });
});

describe('a member who has the coupon', () => {
  it('is told so, also when it is sold out', async () => {
    const couponId = await createCoupon(shop, { amount: 1_000, quantity: 1 });
    const { token } = await createShopper(shop, 0);
    await shop.api.post(`/coupons/${couponId}/claims`, { token });
    const again = await shop.api.post(`/coupons/${couponId}/claims`, { token });
    expect(again.body).toMatchObject({ status: 409, code: 'coupon_already_claimed' });
  });
});

describe("order's copies", () => {
  it('of members’ coupons can be filled anew', async () => {
    const couponId = await createCoupon(shop, { amount: 1_000 });
    const { token } = await createShopper(shop, 50_000);
    const { skuId } = await createProduct(shop, { price: 10_000, stock: 5 });
    const claim = await shop.api.post(`/coupons/${couponId}/claims`, { token });
    await shop.app.backbone.settled();
    await shop.database.write('DELETE FROM order_member_coupon_copies');
    await shop.app.modules.coupon.republishCoupons();
    await shop.app.backbone.settled();
    const { memberCouponId } = claim.body;
    const order = await shop.api.post('/orders', {
      token,
      body: orderOf(skuId, 1, { memberCouponId }),
    });
    expect(order.status).toBe(201);
  });
});

describe('the share of a line', () => {
  it('is never more than the line', () => {
    const lines = [10_000, 10_000, 10_000, 10_000, 1];
    const shares = splitProportionally(39_999, lines);
    expect(shares.filter((share, index) => share > (lines[index] ?? 0))).toEqual([]);
  });
});

describe('a query that a route does not take', () => {
  it.each(['/types?x=1', '/styles?limit=5'])('is refused: %s', async (path) => {
    expect((await shop.api.get(path)).status).toBe(400);
  });
});

describe('a login id with characters that do not count', () => {
  it('is refused, as the database would pass over them', async () => {
    const person = { name: '김', email: 'a@example.com', phone: '010-1234-5678' };
    const body = { loginId: 'without', password: 'a-good-password' };
    await shop.api.post('/auth/register', { body: { ...body, ...person } });
    const login = await shop.api.post('/auth/login', {
      body: { ...body, loginId: 'with\u0000out' },
    });
    expect(login.status).toBe(400);
  });
});

describe('order numbers', () => {
  it('tell apart what a busy second brings', () => {
    const at = new Date();
    const ids = Array.from({ length: 100_000 }, newId);
    expect(new Set(ids.map((id) => orderNumber(id, at, 'UTC'))).size).toBe(ids.length);
  });
});
