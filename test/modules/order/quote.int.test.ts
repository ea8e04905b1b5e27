import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId, type Id } from '../../../src/platform/ids/id.ts';
import { ADDRESS, createProduct, createShopper, type Shopper } from '../../support/factories.ts';
import { auditLedger } from '../../support/ledger.ts';
import { giveCoupon, givePoints } from '../../support/purses.ts';
import { randomFrom } from '../../support/shuffle.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';
import { createRange, pricesOf } from './support/ranges.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

type Items = { skuId: Id; quantity: number }[];

const quote = ({ token }: Shopper, body: unknown) =>
  shop.api.post('/orders/quote', { token, body });
const place = ({ token }: Shopper, body: Record<string, unknown>) =>
  shop.api.post('/orders', { token, body: { paymentMethod: 'wallet', address: ADDRESS, ...body } });
const pathsOf = ({ body }: Awaited<ReturnType<typeof quote>>) =>
  body.errors.map((error: { path: string }) => error.path);

describe('a quote', () => {
  it('is what the order then costs, for any cart, coupon and points', async () => {
    const skuIds = (
      await Promise.all([
        createRange(shop, { listPrice: 1, discountPercent: 0 }),
        createRange(shop, { listPrice: 9_999, discountPercent: 33, taxType: 'exempt' }),
        createRange(shop, { listPrice: 123_457, discountPercent: 7 }),
        createRange(shop, { listPrice: 5_000, discountPercent: 100, taxType: 'exempt' }),
      ])
    ).flat();
    const random = randomFrom(20_261_120);
    const upTo = (most: number) => Math.floor(random() * (most + 1));
    const seen = { coupon: 0, points: 0, free: 0 };

    for (let round = 0; round < 40; round += 1) {
      const shopper = await createShopper(shop, 100_000_000);
      const items: Items = Array.from({ length: 1 + upTo(5) }, () => ({
        skuId: skuIds[upTo(skuIds.length - 1)] ?? '',
        quantity: 1 + upTo(4),
      }));
      const plain = await quote(shopper, { items });
      const minOrderAmount = upTo(1) * plain.body.itemsAmount;
      const memberCouponId =
        random() < 0.6 && plain.body.itemsAmount > 0
          ? await giveCoupon(shop, shopper, { amount: 1 + upTo(20_000), minOrderAmount })
          : undefined;
      const discounted = await quote(shopper, { items, memberCouponId });
      const { itemsAmount, couponAmount } = discounted.body;
      const most = itemsAmount - couponAmount;
      const pointsAmount = [0, upTo(most), most][upTo(2)] ?? 0;
      if (pointsAmount > 0) await givePoints(shop, shopper, pointsAmount);
      const request = { items, memberCouponId, pointsAmount };

      const quoted = await quote(shopper, request);
      expect(quoted.status).toBe(200);
      const { totalAmount, shippingAmount, lines } = quoted.body;
      const order = await place(shopper, { ...request, expectedTotalAmount: totalAmount });
      expect(order).toMatchObject({ status: 201, body: { state: 'paid' } });
      expect(pricesOf(order.body)).toEqual(pricesOf(quoted.body));

      const sum = (field: string) =>
        lines.reduce((all: number, line: Record<string, number>) => all + (line[field] ?? 0), 0);
      expect(sum('lineAmount')).toBe(itemsAmount);
      expect(sum('couponShareAmount')).toBe(couponAmount);
      expect(sum('pointsShareAmount')).toBe(pointsAmount);
      expect(totalAmount).toBe(itemsAmount - couponAmount - pointsAmount + shippingAmount);
      expect(shippingAmount).toBe(itemsAmount - couponAmount < 30_000 ? 3_000 : 0);
      seen.coupon += couponAmount > 0 ? 1 : 0;
      seen.points += pointsAmount > 0 ? 1 : 0;
      seen.free += shippingAmount === 0 ? 1 : 0;
    }
    // The rounds were not all of one kind.
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(5);
    await shop.app.backbone.settled();
    await auditLedger(shop);
  });

  it('breaks the price down', async () => {
    const [first, second] = [
      await createProduct(shop, { price: 10_000, stock: 10, discountPercent: 10 }),
      await createProduct(shop, { price: 5_000, stock: 10 }),
    ];
    const shopper = await createShopper(shop, 0);
    const memberCouponId = await giveCoupon(shop, shopper, { amount: 2_000 });
    const items = [
      { skuId: first.skuId, quantity: 1 },
      { skuId: second.skuId, quantity: 2 },
      { skuId: first.skuId, quantity: 1 },
    ];
    const { body } = await quote(shopper, { items, memberCouponId, pointsAmount: 1_000 });
    expect(body).toMatchObject({
      lines: [
        {
          skuId: first.skuId,
          quantity: 2,
          listPrice: 10_000,
          unitPrice: 9_000,
          saleRule: { kind: 'discount', percent: 10 },
          lineAmount: 18_000,
          taxType: 'taxable',
        },
        { skuId: second.skuId, quantity: 2, unitPrice: 5_000, saleRule: null, lineAmount: 10_000 },
      ],
      itemsAmount: 28_000,
      couponAmount: 2_000,
      pointsAmount: 1_000,
      shippingAmount: 3_000,
      totalAmount: 28_000,
      vatAmount: Math.round(28_000 / 11),
    });
  });

  it('stores nothing, and holds nothing', async () => {
    const { skuId } = await createProduct(shop, { price: 10_000, stock: 1 });
    const shopper = await createShopper(shop, 0);
    const memberCouponId = await giveCoupon(shop, shopper, { amount: 1_000 });
    await shop.app.backbone.settled();
    const before = await countEverything();
    for (const quantity of [1, 2, 999]) {
      expect((await quote(shopper, { items: [{ skuId, quantity }], memberCouponId })).status).toBe(
        200,
      );
    }
    await shop.app.backbone.settled();
    expect(await countEverything()).toEqual(before);
    expect((await shop.api.get('/orders', { token: shopper.token })).body.items).toEqual([]);
  });

  it('needs a member', async () => {
    expect((await shop.api.post('/orders/quote', { body: {} })).status).toBe(401);
  });

  it('is refused for what is hidden or does not exist, as the order is', async () => {
    const [there, hidden] = [
      await createProduct(shop, { price: 10_000, stock: 5 }),
      await createProduct(shop, { price: 10_000, stock: 5 }),
    ];
    const shopper = await createShopper(shop, 100_000);
    const items = [
      { skuId: there.skuId, quantity: 1 },
      { skuId: hidden.skuId, quantity: 1 },
    ];
    expect((await quote(shopper, { items })).status).toBe(200);
    await shop.api.patch(`/admin/products/${hidden.productId}`, {
      token: shop.ownerToken,
      body: { state: 'hidden' },
    });
    await shop.app.backbone.settled();
    const unknown = [
      { skuId: newId(), quantity: 1 },
      { skuId: there.skuId, quantity: 1 },
    ];
    for (const ask of [quote, place]) {
      const gone = await ask(shopper, { items });
      expect(gone.body).toMatchObject({ status: 400, code: 'validation_failed' });
      expect(pathsOf(gone)).toEqual(['/items/1/skuId']);
      expect(pathsOf(await ask(shopper, { items: unknown }))).toEqual(['/items/0/skuId']);
    }
  });

  it.each([0, -1, 0.5, 1_000, 1_000_000_000, '1', null])(
    'is refused for a quantity of %j, as the order is',
    async (quantity) => {
      const shopper = await createShopper(shop, 0);
      const items = [{ skuId: newId(), quantity }];
      for (const ask of [quote, place]) {
        const answer = await ask(shopper, { items });
        expect(answer.body).toMatchObject({ status: 400, code: 'validation_failed' });
        expect(pathsOf(answer)).toContain('/items/0/quantity');
      }
    },
  );

  it('is refused for more units of one SKU than an order may have, however they are named', async () => {
    const { skuId } = await createProduct(shop, { price: 10, stock: 5 });
    const shopper = await createShopper(shop, 0);
    const items = [999, 1].map((quantity) => ({ skuId, quantity }));
    for (const ask of [quote, place]) {
      expect(pathsOf(await ask(shopper, { items }))).toEqual(['/items/1/quantity']);
    }
  });

  it('is refused for more points than the items cost after the coupon', async () => {
    const { skuId } = await createProduct(shop, { price: 10_000, stock: 5 });
    const shopper = await createShopper(shop, 100_000);
    const memberCouponId = await giveCoupon(shop, shopper, { amount: 1_000 });
    const request = { items: [{ skuId, quantity: 1 }], memberCouponId };
    expect((await quote(shopper, { ...request, pointsAmount: 9_000 })).status).toBe(200);
    for (const ask of [quote, place]) {
      const answer = await ask(shopper, { ...request, pointsAmount: 9_001 });
      expect(answer.body).toMatchObject({ status: 400, code: 'validation_failed' });
      expect(pathsOf(answer)).toEqual(['/pointsAmount']);
    }
  });

  it.each([-1, 0.5, 1e13, '100'])('is refused for points of %j', async (pointsAmount) => {
    const shopper = await createShopper(shop, 0);
    const items = [{ skuId: newId(), quantity: 1 }];
    for (const ask of [quote, place]) {
      expect(pathsOf(await ask(shopper, { items, pointsAmount }))).toEqual(['/pointsAmount']);
    }
  });

  it("is refused for another member's coupon, and for one that takes nothing off", async () => {
    const { skuId } = await createProduct(shop, { price: 10_000, stock: 5 });
    const [mine, other] = [await createShopper(shop, 100_000), await createShopper(shop, 100_000)];
    const theirs = await giveCoupon(shop, other, { amount: 1_000 });
    const unmet = await giveCoupon(shop, mine, { amount: 1_000, minOrderAmount: 10_001 });
    const items = [{ skuId, quantity: 1 }];
    for (const memberCouponId of [theirs, unmet]) {
      const quoted = await quote(mine, { items, memberCouponId });
      expect(quoted.body).toMatchObject({ status: 409, code: 'coupon_rejected' });
      const placed = await place(mine, { items, memberCouponId });
      expect(placed.body).toMatchObject({ status: 409, code: 'coupon_rejected' });
    }
    const nobodys = await quote(mine, { items, memberCouponId: newId() });
    expect(pathsOf(nobodys)).toEqual(['/memberCouponId']);
    const owners = await place(other, { items, memberCouponId: theirs });
    expect(owners.body).toMatchObject({ state: 'paid', couponAmount: 1_000 });
  });
});

describe('a total that is not the expected one', () => {
  it('is refused with the new quote, and nothing is ordered', async () => {
    const { productId, skuId } = await createProduct(shop, { price: 10_000, stock: 5 });
    const shopper = await createShopper(shop, 100_000);
    const items = [{ skuId, quantity: 2 }];
    const { body: old } = await quote(shopper, { items });
    await shop.api.patch(`/admin/products/${productId}`, {
      token: shop.ownerToken,
      body: { listPrice: 12_000 },
    });
    await shop.app.backbone.settled();
    const refused = await place(shopper, { items, expectedTotalAmount: old.totalAmount });
    expect(refused.body).toMatchObject({ status: 409, code: 'price_changed' });
    const { body: fresh } = await quote(shopper, { items });
    expect(refused.body.quote).toEqual(fresh);
    expect(fresh.totalAmount).toBe(old.totalAmount + 4_000);
    expect(refused.body.orderId).toBeUndefined();
    expect((await shop.api.get('/orders', { token: shopper.token })).body.items).toEqual([]);
    const order = await place(shopper, { items, expectedTotalAmount: fresh.totalAmount });
    expect(order.status).toBe(201);
  });
});

/** How many rows there are of everything that a placement would write. */
async function countEverything() {
  const tables = [
    'order_orders',
    'order_lines',
    'platform_outbox',
    'platform_idempotency_key',
    'catalog_stock_holds',
    'user_funds_holds',
    'coupon_holds',
  ];
  const counts = await Promise.all(
    tables.map((table) => shop.database.select(`SELECT COUNT(*) AS found FROM ${table}`)),
  );
  return counts.flat();
}
