import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countSales } from '../../../src/modules/dashboard/count-sales.ts';
import { createAdmin } from '../../support/admins.ts';
import { createProduct, createShoppers, orderOf } from '../../support/factories.ts';
import {
  cancelled,
  handle,
  lineOf,
  linesCancelled,
  paid,
  tellOrder,
  type ToldOrder,
} from '../../support/order-events.ts';
import { randomFrom, shuffled } from '../../support/shuffle.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';
import { newId } from '../../../src/platform/ids/id.ts';

type Sales = {
  paidOrders: number;
  paidAmount: number;
  soldUnits: number;
  cancelledOrders: number;
  cancelledAmount: number;
  netAmount: number;
};
type Item = { start: string; label: string } & Sales;

const NOTHING: Sales = {
  paidOrders: 0,
  paidAmount: 0,
  soldUnits: 0,
  cancelledOrders: 0,
  cancelledAmount: 0,
  netAmount: 0,
};

// The shop's time zone is Asia/Seoul: nine hours ahead of UTC, and its clocks never change.
let shop: TestShop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

const ask = (query: Record<string, string>, token = shop.ownerToken) =>
  shop.api.get(`/admin/dashboard/sales?${new URLSearchParams(query).toString()}`, { token });
const salesBy = async (by: string, from: string, to: string): Promise<Item[]> => {
  const answer = await ask({ by, from, to });
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return answer.body.items;
};
const sumOf = (items: readonly Sales[]): Sales => {
  const sum = { ...NOTHING };
  for (const item of items) {
    for (const name of Object.keys(NOTHING) as (keyof Sales)[]) sum[name] += item[name];
  }
  return sum;
};

const inMoney = (walletAmount: number) => ({ walletAmount, pointsAmount: 0 });

/** What orders of so much, paid at these moments, tell. */
const sold = (amount: number, units: number, paidAt: string) =>
  paid(tellOrder({ funds: inMoney(amount), lines: [lineOf(newId(), units, 0)] }), new Date(paidAt));

describe('sales of orders', () => {
  it('are the sums of the orders that were paid and cancelled, by hour, day and month', async () => {
    const { skuId } = await createProduct(shop, { price: 7_000, stock: 100 });
    const shoppers = await createShoppers(shop, 12, 100_000);
    const orders = await Promise.all(
      shoppers.map(({ token }, index) =>
        shop.api.post('/orders', { token, body: orderOf(skuId, 1 + (index % 6)) }),
      ),
    );
    expect(new Set(orders.map((order) => order.status))).toEqual(new Set([201]));
    const undone = orders.slice(0, 4);
    await Promise.all(
      undone.map((order, index) =>
        shop.api.post(`/orders/${order.body.id}/cancel`, {
          token: shoppers[index]?.token,
          body: { reason: '단순 변심' },
        }),
      ),
    );
    const amountOf = (some: typeof orders) =>
      some.reduce((sum, order) => sum + order.body.totalAmount, 0);
    const expected: Sales = {
      paidOrders: 12,
      paidAmount: amountOf(orders),
      soldUnits: 2 * (1 + 2 + 3 + 4 + 5 + 6),
      cancelledOrders: 4,
      cancelledAmount: amountOf(undone),
      netAmount: amountOf(orders) - amountOf(undone),
    };
    await shop.app.backbone.settled();

    const [from, to] = [-1, 1].map((days) =>
      new Date(Date.now() + days * 86_400_000).toISOString(),
    );
    for (const by of ['hour', 'day', 'month']) {
      expect(sumOf(await salesBy(by, from ?? '', to ?? ''))).toEqual(expected);
    }
  });

  it('of today are the day’s that the clocks in Seoul show', async () => {
    const { body } = await shop.api.get('/admin/dashboard/summary', { token: shop.ownerToken });
    const { day, from, to, asOf, ...sales } = body;
    const [today, ...others] = await salesBy('day', day, day);
    expect(others).toEqual([]);
    expect(today).toEqual({ start: from, label: day, ...sales });
    expect(Date.parse(to) - Date.parse(from)).toBe(86_400_000);
    expect(asOf >= from && asOf < to).toBe(true);
    const inSeoul = new Date(Date.parse(from) + 9 * 3_600_000).toISOString();
    expect(inSeoul).toBe(`${day}T00:00:00.000Z`);
  });

  it('leave out orders that were refused, and those cancelled before they were paid', async () => {
    const before = await salesBy('month', '2026-01-01', '2035-12-31');
    const { skuId } = await createProduct(shop, { price: 7_000, stock: 1 });
    const [buyer] = await createShoppers(shop, 1, 100_000);
    const refused = await shop.api.post('/orders', {
      token: buyer?.token,
      body: orderOf(skuId, 2),
    });
    expect(refused.status).toBe(409);
    const unpaid = tellOrder({ funds: inMoney(9_000) });
    await handle(shop, countSales, [cancelled(unpaid, null)]);
    await shop.app.backbone.settled();
    expect(await salesBy('month', '2026-01-01', '2035-12-31')).toEqual(before);
  });
});

describe('a day', () => {
  it('begins and ends at midnight of the shop’s time zone, to the millisecond', async () => {
    await handle(shop, countSales, [
      sold(1, 1, '2025-03-01T14:59:59.999Z'),
      sold(10, 2, '2025-03-01T15:00:00.000Z'),
      sold(100, 3, '2025-03-02T14:59:59.999Z'),
      sold(1_000, 4, '2025-03-02T15:00:00.000Z'),
    ]);
    const days = await salesBy('day', '2025-03-01', '2025-03-03');
    expect(days.map((item) => [item.label, item.start, item.paidAmount, item.soldUnits])).toEqual([
      ['2025-03-01', '2025-02-28T15:00:00.000Z', 1, 1],
      ['2025-03-02', '2025-03-01T15:00:00.000Z', 110, 5],
      ['2025-03-03', '2025-03-02T15:00:00.000Z', 1_000, 4],
    ]);
  });

  it('holds its hours, and a month its days', async () => {
    const hours = await salesBy('hour', '2025-03-02', '2025-03-02');
    expect(hours).toHaveLength(24);
    expect(hours[0]).toMatchObject({ label: '2025-03-02 00:00', paidAmount: 10 });
    expect(hours[23]).toMatchObject({ label: '2025-03-02 23:00', paidAmount: 100 });
    const empty = hours.slice(1, 23).map(({ start: _start, label: _label, ...sales }) => sales);
    expect(empty).toEqual(empty.map(() => NOTHING));

    const [february, march] = await salesBy('month', '2025-02-01', '2025-03-31');
    expect(february).toMatchObject({ label: '2025-02', ...NOTHING });
    expect(march).toMatchObject({ label: '2025-03', paidOrders: 4, paidAmount: 1_111 });
  });

  it('counts what is given back when it is given back', async () => {
    const order = tellOrder({ funds: inMoney(5_000), lines: [lineOf(newId(), 1, 5_000)] });
    const paidAt = new Date('2025-05-10T03:00:00.000Z');
    await handle(shop, countSales, [
      cancelled(order, paidAt, new Date('2025-05-12T03:00:00.000Z')),
      paid(order, paidAt),
    ]);
    const days = await salesBy('day', '2025-05-10', '2025-05-12');
    expect(days.map((item) => [item.paidAmount, item.cancelledAmount, item.netAmount])).toEqual([
      [5_000, 0, 5_000],
      [0, 0, 0],
      [0, 5_000, -5_000],
    ]);
  });
});

describe('cancelled lines', () => {
  const cut = (order: ToldOrder, refundAmount: number, cancelledAt: string) =>
    linesCancelled(
      order,
      {},
      {
        lines: [lineOf(newId(), 1, refundAmount)],
        refundAmount,
        cancelledAt: new Date(cancelledAt),
      },
    );

  it('give their money back when they are cancelled; the order counts when its rest is', async () => {
    const lines = [lineOf(newId(), 5, 2_000)];
    const order = tellOrder({ funds: inMoney(10_000), lines });
    const rest = { ...order, funds: inMoney(5_000), lines: [lineOf(newId(), 2, 2_500)] };
    const paidAt = new Date('2025-06-10T03:00:00.000Z');
    const [payment, ...undone] = [
      paid(order, paidAt),
      cut(order, 2_000, '2025-06-11T03:00:00.000Z'),
      cut(order, 3_000, '2025-06-11T04:00:00.000Z'),
      cancelled(rest, paidAt, new Date('2025-06-12T03:00:00.000Z')),
    ];
    await handle(shop, countSales, undone.toReversed());
    await handle(shop, countSales, [payment]);
    const days = await salesBy('day', '2025-06-10', '2025-06-12');
    expect(days).toMatchObject([
      { ...NOTHING, paidOrders: 1, paidAmount: 10_000, soldUnits: 5, netAmount: 10_000 },
      { ...NOTHING, cancelledAmount: 5_000, netAmount: -5_000 },
      { ...NOTHING, cancelledOrders: 1, cancelledAmount: 5_000, netAmount: -5_000 },
    ]);
    expect(sumOf(days).netAmount).toBe(0);
  });
});

describe('counting', () => {
  it('comes to the same in any order, and by several at once', async () => {
    const random = randomFrom(5);
    const start = Date.parse('2025-07-01T00:00:00.000Z');
    const events = shuffled(
      Array.from({ length: 200 }, (_, index) =>
        sold(100 + index, 1, new Date(start + index * 11 * 60_000).toISOString()),
      ),
      random,
    );
    const part = (index: number) =>
      handle(shop, countSales, events.slice(index * 50, index * 50 + 50));
    await Promise.all([part(0), part(1), part(2), part(3)]);
    const days = await salesBy('day', '2025-07-01', '2025-07-03');
    const hours = await salesBy('hour', '2025-07-01', '2025-07-03');
    const expected = { paidOrders: 200, paidAmount: 200 * 100 + (199 * 200) / 2, soldUnits: 200 };
    expect(sumOf(days)).toMatchObject(expected);
    expect(sumOf(hours)).toEqual(sumOf(days));
  });
});

describe('a question about sales', () => {
  it.each([
    ['reversed', { from: '2025-03-02', to: '2025-03-01' }, '/querystring/to'],
    ['empty', { from: '2025-03-01T00:00:00Z', to: '2025-03-01T00:00:00Z' }, '/querystring/to'],
    ['too long by hour', { from: '2025-01-01', to: '2025-03-01', by: 'hour' }, '/querystring/to'],
    ['too long by day', { from: '2020-01-01', to: '2025-01-01' }, '/querystring/to'],
    ['too long by month', { from: '2000-01-01', to: '2999-12-31', by: 'month' }, '/querystring/to'],
    ['of a day that is not', { from: '2025-02-30', to: '2025-03-01' }, '/querystring/from'],
    ['of words', { from: 'yesterday, please', to: '2025-03-01' }, '/querystring/from'],
    ['of SQL', { from: "2025-01-01' OR '1", to: '2025-03-01' }, '/querystring/from'],
    ['without its end', { from: '2025-03-01' }, '/querystring/to'],
    ['by week', { from: '2025-03-01', to: '2025-03-02', by: 'week' }, '/querystring/by'],
    ['of one product', { from: '2025-03-01', to: '2025-03-02', sku: 'x' }, '/querystring/sku'],
  ])('is refused when it is %s', async (_what, query, path) => {
    const answer = await ask(query);
    expect(answer.body).toMatchObject({ status: 400, code: 'validation_failed' });
    expect(answer.body.errors.map((error: { path: string }) => error.path)).toContain(path);
  });

  it('is answered in whole buckets also when it begins in the middle of one', async () => {
    const days = await salesBy('day', '2025-03-02T03:00:00.000Z', '2025-03-02T03:00:00.001Z');
    expect(days.map((item) => [item.label, item.paidAmount])).toEqual([['2025-03-02', 110]]);
  });

  it('is answered to every admin, and to nobody else', async () => {
    const viewer = await createAdmin(shop, 'viewer');
    const query = { from: '2025-03-01', to: '2025-03-02' };
    expect((await ask(query, viewer.token)).status).toBe(200);
    const [shopper] = await createShoppers(shop, 1, 0);
    expect((await ask(query, shopper?.token)).status).toBe(401);
    expect((await shop.api.get('/admin/dashboard/summary')).status).toBe(401);
  });
});
