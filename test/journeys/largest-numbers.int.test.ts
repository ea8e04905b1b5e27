import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { idToBytes, newId, type Id } from '../../src/platform/ids/id.ts';
import { MAX_KRW } from '../../src/platform/money/krw.ts';
import { createCartClient } from '../support/carts.ts';
import {
  ADDRESS,
  createCoupon,
  createProduct,
  createShopper,
  orderOf,
} from '../support/factories.ts';
import { auditLedger } from '../support/ledger.ts';
import { giveCoupon, purseOf } from '../support/purses.ts';
import { startShop, type TestShop } from '../support/start-shop.ts';

const MAX_UNITS = 1_000_000_000;

let shop: TestShop;
let owner: { token: string };
beforeAll(async () => {
  shop = await startShop();
  owner = { token: shop.ownerToken };
});
afterAll(() => shop.stop());
/** Whatever was asked for, no event waits for somebody to look at it, and everything adds up. */
afterEach(async () => {
  await shop.app.backbone.settled();
  const [row] = await shop.database.select<{ parked: number }>(
    'SELECT COUNT(*) AS parked FROM platform_parked_event',
  );
  expect(row).toEqual({ parked: 0 });
  await auditLedger(shop);
});

const post = (path: string, { token }: { token: string }, body: unknown) =>
  shop.api.post(path, { token, body });
const setWallet = (id: Id, amount: number) =>
  shop.database.write('UPDATE user_wallets SET free_amount = ? WHERE member_id = ?', [
    amount,
    idToBytes(id),
  ]);

describe('the largest prices', () => {
  it('can be set, and no SKU costs more or less than money may be', async () => {
    const { productId } = await createProduct(shop, { price: MAX_KRW, stock: 1 });
    const { body: product } = await shop.api.get(`/admin/products/${productId}`, owner);
    const { name, description, typeId, styleIds } = product;
    const create = (listPrice: number, priceDelta: number) =>
      post('/admin/products', owner, {
        name,
        description,
        typeId,
        styleIds,
        listPrice,
        discountPercent: 100,
        skus: [{ options: '50ml', priceDelta, stock: 1 }],
      });
    const isRefused = {
      status: 400,
      body: { code: 'validation_failed', errors: [{ path: '/skus/0/priceDelta' }] },
    };
    expect(await create(MAX_KRW, 1)).toMatchObject(isRefused);
    expect(await create(0, -1)).toMatchObject(isRefused);
    expect(await create(MAX_KRW - 1, 1)).toMatchObject({ status: 201 });
  });

  it('are paid one by one, and refused in a quote and an order that come to more', async () => {
    const { skuId } = await createProduct(shop, { price: MAX_KRW, stock: 2_000 });
    const shopper = await createShopper(shop, MAX_KRW);
    const refusal = {
      status: 400,
      body: { code: 'validation_failed', errors: [{ path: '/items' }] },
    };
    const memberCouponId = await giveCoupon(shop, shopper, { kind: 'percentage', percent: 99 });
    for (const quantity of [2, 999]) {
      const order = orderOf(skuId, quantity, { memberCouponId, pointsAmount: 1 });
      const { items } = order;
      expect(await post('/orders/quote', shopper, { items, memberCouponId })).toMatchObject(
        refusal,
      );
      expect(await post('/orders', shopper, order)).toMatchObject(refusal);
    }
    const paid = await post('/orders', shopper, orderOf(skuId));
    expect(paid.body).toMatchObject({ state: 'paid', totalAmount: MAX_KRW });
    const cancelled = await post(`/orders/${paid.body.id}/cancel`, shopper, {
      reason: '단순 변심',
    });
    expect(cancelled.status).toBe(200);
    await shop.app.backbone.settled();
    expect(await purseOf(shop, shopper)).toMatchObject({ money: MAX_KRW });
  });

  it('fill a cart up to what one order may cost', async () => {
    const { skuId, productId } = await createProduct(shop, { price: MAX_KRW / 2, stock: 2_000 });
    const other = await createProduct(shop, { price: 1, stock: 10 });
    const { token } = await createShopper(shop, 0);
    const cart = createCartClient(shop.url);
    const put = (id: Id, quantity: number) => cart.put({ token }, id, quantity);
    const tooMuch = { status: 409, body: { code: 'cart_too_expensive' } };
    expect(await put(skuId, 999)).toMatchObject(tooMuch);
    expect(await put(skuId, 2)).toMatchObject({ status: 200, body: { itemsAmount: MAX_KRW } });
    expect(await put(other.skuId, 1)).toMatchObject(tooMuch);
    expect((await shop.api.get('/cart', { token })).body.items).toHaveLength(1);

    // Prices may rise; the cart is still shown, and can be made smaller.
    const body = { listPrice: MAX_KRW };
    await shop.api.patch(`/admin/products/${productId}`, { token: shop.ownerToken, body });
    await shop.app.backbone.settled();
    const { body: shown } = await shop.api.get('/cart', { token });
    expect(shown).toMatchObject({ itemsAmount: MAX_KRW, items: [{ lineAmount: MAX_KRW }] });
    expect(await put(skuId, 2)).toMatchObject({ status: 200 });
    expect(await put(skuId, 3)).toMatchObject(tooMuch);
    expect(await put(skuId, 1)).toMatchObject({ status: 200, body: { itemsAmount: MAX_KRW } });
  });
});

describe('the largest balances', () => {
  it.each([
    ['wallet', 'wallet-grants'],
    ['points', 'points-grants'],
  ] as const)('of %s take no grant beyond what money may be', async (what, grants) => {
    const shopper = await createShopper(shop, 0);
    const path = `/admin/members/${shopper.id}/${grants}`;
    const grant = (amount: number) => post(path, owner, { amount, reason: '사과' });
    expect((await grant(500)).status).toBe(201);
    const balance = MAX_KRW - 1_000;
    if (what === 'wallet') {
      await setWallet(shopper.id, balance);
      await shop.database.write(
        'UPDATE user_wallet_entries SET free_amount = ? WHERE member_id = ?',
        [balance, idToBytes(shopper.id)],
      );
    } else {
      for (const table of ['user_point_lots', 'user_point_entries']) {
        const columns =
          table === 'user_point_lots' ? 'granted_amount = ?, remaining_amount = ?' : 'amount = ?';
        const amounts = table === 'user_point_lots' ? [balance, balance] : [balance];
        await shop.database.write(`UPDATE ${table} SET ${columns} WHERE member_id = ?`, [
          ...amounts,
          idToBytes(shopper.id),
        ]);
      }
    }
    const tooHigh = {
      status: 409,
      body: { code: 'balance_too_high', balanceAmount: balance, maximumAmount: MAX_KRW },
    };
    expect(await grant(1_001)).toMatchObject(tooHigh);
    expect(await grant(1_000)).toMatchObject({ status: 201 });
    expect(await grant(1)).toMatchObject({ status: 409 });
    expect(
      await post(`/admin/members/${newId()}/${grants}`, owner, { amount: 1, reason: 'x' }),
    ).toMatchObject({ status: 404 });
  });

  it('of a wallet always have room for what comes back', async () => {
    const { skuId } = await createProduct(shop, { price: 50_000, stock: 3 });
    const shopper = await createShopper(shop, MAX_KRW);
    const { body: order } = await post('/orders', shopper, orderOf(skuId));
    const grant = { amount: 50_000, reason: '사과' };
    const granted = await post(`/admin/members/${shopper.id}/wallet-grants`, owner, grant);
    expect(granted.status).toBe(201);
    await post(`/orders/${order.id}/cancel`, shopper, { reason: '단순 변심' });
    await shop.app.backbone.settled();
    expect(await purseOf(shop, shopper)).toMatchObject({ money: MAX_KRW + 50_000 });
  });
});

describe('the largest stock', () => {
  const adjust = (skuId: Id, quantity: number) =>
    post(`/admin/skus/${skuId}/stock-adjustments`, owner, { quantity, reason: '신규 입고' });
  const tooHigh = { status: 409, body: { code: 'stock_too_high', maxUnits: MAX_UNITS } };

  it('grows no further, and counts what was sold', async () => {
    const { skuId } = await createProduct(shop, { price: 1, stock: MAX_UNITS });
    expect(await adjust(skuId, 1)).toMatchObject(tooHigh);
    const shopper = await createShopper(shop, 1_000_000);
    const { body } = await post('/orders', shopper, orderOf(skuId, 999));
    expect(body.state).toBe('paid');
    await shop.app.backbone.settled();
    expect(await adjust(skuId, 999)).toMatchObject(tooHigh);
    expect(await adjust(skuId, -1)).toMatchObject({ status: 201 });
    expect(await adjust(skuId, 1)).toMatchObject({ status: 201 });
  });
});

describe('every whole number of a request at its largest', () => {
  const soon = () => new Date(Date.now() + 3_600_000).toISOString();
  const past = () => new Date(Date.now() - 1_000).toISOString();

  it.each([
    ['a coupon of an amount', { kind: 'fixed_amount', amount: MAX_KRW }],
    ['a coupon of a share', { kind: 'percentage', percent: 100, maxDiscountAmount: MAX_KRW }],
  ] as const)('makes %s', async (_, benefit) => {
    const couponId = await createCoupon(shop, {
      ...benefit,
      minOrderAmount: MAX_KRW,
      quantity: 10_000_000,
      validDays: 3_650,
    });
    const shopper = await createShopper(shop, 0);
    expect(await post(`/coupons/${couponId}/claims`, shopper, undefined)).toMatchObject({
      status: 201,
    });
    const quantity = { quantity: 10_000_001 };
    const more = await shop.api.patch(`/admin/coupons/${couponId}`, { ...owner, body: quantity });
    expect(more.status).toBe(400);
    const epoch = await shop.api.get(`/coupons/${couponId}/claims/me?epoch=2147483647`, shopper);
    expect(epoch.status).toBe(200);
  });

  it('makes a flash sale that can be joined', async () => {
    const { skuId } = await createProduct(shop, { price: 1_000, stock: MAX_UNITS });
    const shopper = await createShopper(shop, MAX_KRW);
    const sale = {
      skuId,
      price: MAX_KRW,
      quantity: 1_000_000,
      lineLimit: 10_000_000,
      opensAt: past(),
      closesAt: soon(),
      paymentWindowSeconds: 86_400,
    };
    const created = await post('/admin/flash-sales', owner, sale);
    expect(created.status).toBe(201);
    await shop.app.backbone.settled();
    const join = { paymentMethod: 'wallet', address: ADDRESS };
    const joined = await post(`/flash-sales/${created.body.id}/orders`, shopper, join);
    expect(joined.status).toBe(202);
    await shop.app.backbone.settled();
    expect(await purseOf(shop, shopper)).toMatchObject({ money: 0 });
  });

  it('is stored or refused in lists, banners, products, grants and confirmations', async () => {
    const { productId, skuId } = await createProduct(shop, { price: 1_000, stock: 1 });
    const shopper = await createShopper(shop, 0);
    const statuses = {
      prices: await shop.api.get(`/products?minPrice=${MAX_KRW}&maxPrice=${MAX_KRW}`),
      beyond: await shop.api.get(`/products?maxPrice=${MAX_KRW + 1}`),
      huge: await shop.api.get('/products?minPrice=1e300'),
      version: await shop.api.patch(`/admin/products/${productId}`, {
        ...owner,
        body: { name: '같은 향', version: 2_147_483_647 },
      }),
      banner: await post('/admin/banners', owner, {
        title: '행사',
        startsAt: past(),
        position: 1_000_000,
      }),
      points: await post(`/admin/members/${shopper.id}/points-grants`, owner, {
        amount: 1_000_000_000,
        reason: '사과',
        validDays: 3_650,
      }),
      expected: await post('/orders', shopper, orderOf(skuId, 1, { expectedTotalAmount: MAX_KRW })),
      spent: await post('/orders', shopper, orderOf(skuId, 1, { pointsAmount: MAX_KRW })),
      confirmed: await post(`/orders/${newId()}/payments/confirm`, shopper, {
        paymentKey: 'key',
        amount: MAX_KRW,
      }),
      cancelled: await post(`/orders/${newId()}/cancel`, shopper, {
        reason: '변심',
        lines: [{ skuId, quantity: 999 }],
      }),
    };
    const codes = Object.fromEntries(
      Object.entries(statuses).map(([name, { status }]) => [name, status]),
    );
    expect(codes).toEqual({
      prices: 200,
      beyond: 400,
      huge: 400,
      version: 409,
      banner: 201,
      points: 201,
      expected: 409,
      spent: 400,
      confirmed: 404,
      cancelled: 404,
    });
  });
});
