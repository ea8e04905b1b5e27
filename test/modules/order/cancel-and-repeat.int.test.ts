import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../src/platform/ids/id.ts';
import { eventually } from '../../support/eventually.ts';
import { createProduct, createShopper, createShoppers, orderOf } from '../../support/factories.ts';
import { auditLedger } from '../../support/ledger.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

const place = (token: string, body: unknown, headers: Record<string, string> = {}) =>
  shop.api.post('/orders', { token, body, headers });
const cancel = (token: string, orderId: string, body: unknown = { reason: '단순 변심' }) =>
  shop.api.post(`/orders/${orderId}/cancel`, { token, body });
const balanceOf = async (token: string) =>
  (await shop.api.get('/me/wallet', { token })).body.balanceAmount;
const stockOf = async (productId: string) => {
  const { body } = await shop.api.get(`/admin/products/${productId}`, { token: shop.ownerToken });
  const { stock, heldQuantity, soldQuantity } = body.skus[0];
  return { stock, heldQuantity, soldQuantity };
};

describe('cancelling', () => {
  it('happens once, however many ask for it at once', async () => {
    const { productId, skuId } = await createProduct(shop, { price: 10_000, stock: 5 });
    const { token } = await createShopper(shop, 100_000);
    const { body: order } = await place(token, orderOf(skuId, 3));
    const answers = await Promise.all(Array.from({ length: 10 }, () => cancel(token, order.id)));
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    const refused = answers.filter((answer) => answer.status !== 200);
    expect(refused.every((answer) => answer.body.code === 'order_not_cancellable')).toBe(true);
    await shop.app.backbone.settled();
    expect(await balanceOf(token)).toBe(100_000);
    expect(await stockOf(productId)).toEqual({ stock: 5, heldQuantity: 0, soldQuantity: 0 });
    const entries = await shop.api.get('/me/wallet/entries', { token });
    expect(entries.body.items.map((entry: { kind: string }) => entry.kind)).toEqual([
      'refund',
      'payment',
      'grant',
    ]);
    await auditLedger(shop);
  });

  it('right after the placement leaves nothing held, whichever comes first', async () => {
    const { productId, skuId } = await createProduct(shop, { price: 10_000, stock: 100 });
    const shoppers = await createShoppers(shop, 25, 50_000);
    const outcomes = await Promise.all(
      shoppers.map(async ({ token }) => {
        const order = await place(token, orderOf(skuId), { prefer: 'respond-async' });
        return cancel(token, order.body.id);
      }),
    );
    expect(new Set(outcomes.map((answer) => answer.status))).toEqual(new Set([200]));
    await eventually(async () => {
      expect(await stockOf(productId)).toEqual({ stock: 100, heldQuantity: 0, soldQuantity: 0 });
      const balances = await Promise.all(shoppers.map(({ token }) => balanceOf(token)));
      expect(new Set(balances)).toEqual(new Set([50_000]));
      await auditLedger(shop);
    });
  });

  it('needs a reason, and an order that can be cancelled', async () => {
    const { skuId } = await createProduct(shop, { price: 10_000, stock: 1 });
    const { token } = await createShopper(shop, 50_000);
    const { body: order } = await place(token, orderOf(skuId));
    const paths = async (body: unknown) =>
      (await cancel(token, order.id, body)).body.errors.map(
        (error: { path: string }) => error.path,
      );
    expect(await paths({})).toEqual(['/reason']);
    expect(await paths({ reason: '' })).toEqual(['/reason']);
    expect(await paths({ reason: 'x', refund: 'double' })).toEqual(['/refund']);

    const refused = await place(token, orderOf(skuId));
    const failed = await cancel(token, refused.body.orderId);
    expect(failed.body).toMatchObject({
      status: 409,
      code: 'order_not_cancellable',
      state: 'failed',
    });
    expect((await cancel(token, newId())).body).toMatchObject({ status: 404, code: 'not_found' });
  });
});

describe('an Idempotency-Key', () => {
  it('replays a refusal too, with the same order', async () => {
    const { productId, skuId } = await createProduct(shop, { price: 10_000, stock: 1 });
    const { token } = await createShopper(shop, 100_000);
    const send = () => place(token, orderOf(skuId, 2), { 'idempotency-key': 'refused' });
    const first = await send();
    expect(first.body).toMatchObject({ status: 409, code: 'out_of_stock' });
    await shop.api.post(`/admin/skus/${skuId}/stock-adjustments`, {
      token: shop.ownerToken,
      body: { quantity: 10, reason: '신규 입고' },
    });
    const again = await send();
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    await shop.app.backbone.settled();
    expect(await stockOf(productId)).toEqual({ stock: 11, heldQuantity: 0, soldQuantity: 0 });
  });

  it('is used up by no request that was wrong, and shows the order as it is now', async () => {
    const { skuId } = await createProduct(shop, { price: 10_000, stock: 5 });
    const { token } = await createShopper(shop, 100_000);
    const send = (body: unknown) => place(token, body, { 'idempotency-key': 'one' });
    expect((await send(orderOf(newId()))).body).toMatchObject({ status: 400 });
    expect((await send(orderOf(skuId, 1, { expectedTotalAmount: 1 }))).status).toBe(409);
    const order = await send(orderOf(skuId));
    expect(order.status).toBe(201);
    await cancel(token, order.body.id);
    expect((await send(orderOf(skuId))).body).toMatchObject({
      id: order.body.id,
      state: 'cancelled',
    });
  });

  it('replays for a body whose members come in another order, at once and later', async () => {
    const { skuId } = await createProduct(shop, { price: 10_000, stock: 5 });
    const { token } = await createShopper(shop, 100_000);
    const { items, paymentMethod, address } = orderOf(skuId);
    const turned = Object.fromEntries(Object.entries(address).toReversed());
    const send = (body: unknown) => place(token, body, { 'idempotency-key': 'turned' });
    const [first, other] = await Promise.all([
      send({ items, paymentMethod, address }),
      send({ address: turned, paymentMethod, items }),
    ]);
    const later = await send({ paymentMethod, address: turned, items });
    expect([first.status, other.status, later.status]).toEqual([201, 201, 201]);
    expect(new Set([first, other, later].map((order) => order.body.id)).size).toBe(1);
    // Nothing fills `pointsAmount` in: none is not 0, though the order would cost the same.
    const filled = await send({ items, paymentMethod, address, pointsAmount: 0 });
    expect(filled.body).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
  });

  it('of one member is nothing to another', async () => {
    const { skuId } = await createProduct(shop, { price: 10_000, stock: 5 });
    const shoppers = await createShoppers(shop, 3, 100_000);
    const orders = await Promise.all(
      shoppers.map(({ token }) => place(token, orderOf(skuId), { 'idempotency-key': 'mine' })),
    );
    expect(new Set(orders.map((order) => order.body.id)).size).toBe(3);
    expect(orders.map((order) => order.headers.has('idempotency-replayed'))).toEqual([
      false,
      false,
      false,
    ]);
  });
});
