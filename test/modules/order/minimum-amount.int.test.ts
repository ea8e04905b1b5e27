import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADDRESS, createProduct, createShopper, orderOf } from '../../support/factories.ts';
import { auditLedger } from '../../support/ledger.ts';
import { startPayingShop, type PayingShop } from '../../support/paying.ts';
import { giveCoupon, givePoints, purseOf } from '../../support/purses.ts';
import { openSale, saleOf } from './flash-shop.ts';

/** Nothing comes on top of the items: totals can be as small as a shopper's points leave them. */
let shop: PayingShop;
beforeAll(async () => {
  shop = await startPayingShop({ SHOP_SHIPPING_AMOUNT: '0' });
});
afterAll(() => shop.stop());

const post = (path: string, token: string, body: unknown) => shop.api.post(path, { token, body });

describe.each(['toss', 'kakaopay'] as const)('a total that %s does not take', (paymentMethod) => {
  const tooLow = { status: 409, body: { code: 'amount_below_minimum', minimumAmount: 100 } };

  /** A shopper who pays all but so much with points. */
  async function leaving(totalAmount: number) {
    const { skuId } = await createProduct(shop, { price: 10_000, stock: 5 });
    const shopper = await createShopper(shop, 1_000);
    await givePoints(shop, shopper, 10_000);
    return { shopper, skuId, pointsAmount: 10_000 - totalAmount };
  }

  it.each([1, 99])('is refused at quote and placement: %d KRW', async (totalAmount) => {
    const { shopper, skuId, pointsAmount } = await leaving(totalAmount);
    const items = [{ skuId, quantity: 1 }];
    const quote = (body: object) =>
      post('/orders/quote', shopper.token, { items, pointsAmount, ...body });
    const refusal = { ...tooLow, body: { ...tooLow.body, totalAmount } };
    expect(await quote({ paymentMethod })).toMatchObject(refusal);
    expect(await quote({})).toMatchObject({ status: 200, body: { totalAmount } });
    expect(await quote({ paymentMethod: 'wallet' })).toMatchObject({ status: 200 });
    const order = orderOf(skuId, 1, { pointsAmount, paymentMethod });
    expect(await post('/orders', shopper.token, order)).toMatchObject(refusal);
    expect(await purseOf(shop, shopper)).toMatchObject({ money: 1_000, points: 10_000 });
    const paid = await post('/orders', shopper.token, { ...order, paymentMethod: 'wallet' });
    expect(paid.body).toMatchObject({ state: 'paid', totalAmount });
    await auditLedger(shop);
  });

  it.each([0, 100])(
    'is taken from the least on, and when there is nothing to pay: %d KRW',
    async (totalAmount) => {
      const { shopper, skuId, pointsAmount } = await leaving(totalAmount);
      const order = orderOf(skuId, 1, { pointsAmount, paymentMethod });
      const quote = { items: order.items, pointsAmount, paymentMethod };
      expect(await post('/orders/quote', shopper.token, quote)).toMatchObject({ status: 200 });
      const placed = await post('/orders', shopper.token, order);
      expect(placed.status).toBe(201);
      expect(placed.body.state).toBe(totalAmount === 0 ? 'paid' : 'payment_due');
    },
  );

  it('is refused after a coupon, too', async () => {
    const { skuId } = await createProduct(shop, { price: 10_000, stock: 5 });
    const shopper = await createShopper(shop, 0);
    const memberCouponId = await giveCoupon(shop, shopper, { amount: 9_950 });
    const order = orderOf(skuId, 1, { memberCouponId, paymentMethod });
    expect(await post('/orders', shopper.token, order)).toMatchObject(tooLow);
    expect(await purseOf(shop, shopper)).toMatchObject({ coupons: ['issued'] });
  });

  it('is refused at joining a flash sale, which loses no place by it', async () => {
    const sale = await openSale(shop, { price: 99, quantity: 1 });
    const shopper = await createShopper(shop, 1_000);
    const join = (method: string) =>
      post(`/flash-sales/${sale.id}/orders`, shopper.token, {
        paymentMethod: method,
        address: ADDRESS,
      });
    for (let times = 0; times < 2; times += 1) {
      expect(await join(paymentMethod)).toMatchObject(tooLow);
    }
    expect(await saleOf(shop, sale.id)).toMatchObject({ issuedCount: 0 });
    expect(await join('wallet')).toMatchObject({ status: 202 });
    const other = await openSale(shop, { price: 100, quantity: 1 });
    const joined = await post(`/flash-sales/${other.id}/orders`, shopper.token, {
      paymentMethod,
      address: ADDRESS,
    });
    expect(joined.status).toBe(202);
  });
});

describe('a quote for a payment method', () => {
  it('is refused where the shop does not take it', async () => {
    const { skuId } = await createProduct(shop, { price: 10_000, stock: 5 });
    const shopper = await createShopper(shop, 0);
    const items = [{ skuId, quantity: 1 }];
    const quote = { items, paymentMethod: 'cash' };
    expect(await post('/orders/quote', shopper.token, quote)).toMatchObject({
      status: 400,
      body: { code: 'validation_failed' },
    });
  });
});
