import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../src/platform/ids/id.ts';
import { auditEntries, createAdmin } from '../../support/admins.ts';
import { createProduct, createShopper, createShoppers } from '../../support/factories.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';
import { walkIds } from '../../support/walk-pages.ts';
import {
  auditAtRest,
  FLASH_PRICE,
  inMs,
  join,
  joinInOrder,
  levelsOf,
  openSale,
  planSale,
  postSale,
  QUICK,
  saleOf,
  switchSale,
  ticketOf,
  times,
  untilSale,
  untilTickets,
} from './flash-shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await startShop(QUICK);
});
afterAll(() => shop.stop());

const HOUR_MS = 3_600_000;

describe('a flash sale', () => {
  it('is planned by an admin, shown with its counters, and noted', async () => {
    const { skuId } = await createProduct(shop, { price: 50_000, stock: 100 });
    const terms = {
      skuId,
      price: 30_000,
      quantity: 10,
      opensAt: inMs(HOUR_MS),
      closesAt: inMs(2 * HOUR_MS),
      paymentWindowSeconds: 60,
    };
    const { status, body } = await postSale(shop, terms);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...terms,
      lineLimit: 30,
      state: 'planned',
      issuedCount: 0,
      admittedCount: 0,
      takenCount: 0,
      soldCount: 0,
      remainingCount: 10,
      returnedCount: null,
    });
    expect(await saleOf(shop, body.id)).toEqual(body);
    expect(await auditEntries(shop, body.id)).toMatchObject([{ action: 'flash-sale.create' }]);
    // Nothing is set aside before its time.
    expect(await levelsOf(shop, skuId)).toMatchObject({ open: 100, salePool: 0 });
  });

  it.each([
    [{ quantity: 0 }, '/quantity'],
    [{ quantity: 1_000_001 }, '/quantity'],
    [{ price: 0 }, '/price'],
    [{ price: 1.5 }, '/price'],
    [{ lineLimit: -1 }, '/lineLimit'],
    [{ paymentWindowSeconds: 0 }, '/paymentWindowSeconds'],
    [{ opensAt: inMs(HOUR_MS), closesAt: inMs(HOUR_MS / 2) }, '/closesAt'],
    [{ opensAt: inMs(-HOUR_MS), closesAt: inMs(-1) }, '/closesAt'],
    [{ opensAt: 'tomorrow' }, '/opensAt'],
    [{ skuId: 'none' }, '/skuId'],
    [{ skuId: newId() }, '/skuId'],
    [{ discount: 5 }, '/discount'],
  ])('is refused with %o', async (wrong, path) => {
    const { skuId } = await createProduct(shop, { price: 50_000, stock: 1 });
    const { status, body } = await postSale(shop, { skuId, ...wrong });
    expect(status).toBe(400);
    expect(body.code).toBe('validation_failed');
    expect(body.errors.map((each: { path: string }) => each.path)).toContain(path);
  });

  it('is the business of those who may change the catalog', async () => {
    const { token } = await createAdmin(shop, 'support');
    const { id } = await planSale(shop);
    const close = await shop.api.post(`/admin/flash-sales/${id}/close`, { token });
    expect(close.status).toBe(403);
    expect((await shop.api.get(`/admin/flash-sales/${id}`, { token })).status).toBe(200);
    const unknown = await switchSale(shop, newId(), 'pause');
    expect(unknown).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  it('gets its units when it opens, from the open stock, as many as there are', async () => {
    const [plenty, scarce] = await Promise.all([
      openSale(shop, { stock: 100, quantity: 40 }),
      openSale(shop, { stock: 3, quantity: 40 }),
    ]);
    expect(await saleOf(shop, plenty.id)).toMatchObject({ quantity: 40, remainingCount: 40 });
    expect(await levelsOf(shop, plenty.skuId)).toMatchObject({ open: 60, salePool: 40 });
    expect(await saleOf(shop, scarce.id)).toMatchObject({ quantity: 3, remainingCount: 3 });
  });

  it('is shown to shoppers while it is open or to come', async () => {
    const [open, toCome, over] = [
      await openSale(shop),
      await planSale(shop, { opensAt: inMs(HOUR_MS), closesAt: inMs(2 * HOUR_MS) }),
      await openSale(shop),
    ];
    await switchSale(shop, over.id, 'close');
    const ids = await walkIds(shop.api, '/flash-sales', { limit: 2 });
    expect(ids).toEqual(ids.toSorted().toReversed());
    expect(ids).toEqual(expect.arrayContaining([open.id, toCome.id]));
    expect(ids).not.toContain(over.id);
    const { body } = await shop.api.get(`/flash-sales/${open.id}`);
    expect(body).toMatchObject({
      id: open.id,
      skuId: open.skuId,
      price: FLASH_PRICE,
      listPrice: 50_000,
      options: '50ml',
      quantity: 10,
      remainingCount: 10,
      state: 'open',
    });
    expect((await shop.api.get(`/flash-sales/${toCome.id}`)).body.state).toBe('planned');
    expect((await shop.api.get(`/flash-sales/${over.id}`)).body.state).toBe('ended');
    expect((await shop.api.get(`/flash-sales/${newId()}`)).status).toBe(404);
    const { ownerToken: token } = shop;
    const all = await walkIds(shop.api, '/admin/flash-sales', { token, limit: 3 });
    expect(all).toEqual(all.toSorted().toReversed());
    expect(all).toEqual(expect.arrayContaining([open.id, toCome.id, over.id]));
  });
});

describe('who joins a flash sale', () => {
  it('gets a ticket with a rank, and its order at the sale’s price when it is its turn', async () => {
    const { id, skuId } = await openSale(shop, { quantity: 2 });
    const shoppers = await createShoppers(shop, 2, FLASH_PRICE);
    const [first] = await joinInOrder(shop, id, shoppers);
    await untilTickets(shop, id, ['paid', 'paid']);
    const ticket = await ticketOf(shop, id, first!, shoppers[0]!);
    expect(ticket).toMatchObject({ ticketId: first, rank: 1, state: 'paid' });
    const { body: order } = await shop.api.get(`/orders/${ticket.orderId}`, {
      token: shoppers[0]!.token,
    });
    expect(order).toMatchObject({
      state: 'paid',
      itemsAmount: FLASH_PRICE,
      couponAmount: 0,
      pointsAmount: 0,
      shippingAmount: 0,
      totalAmount: FLASH_PRICE,
      lines: [{ skuId, quantity: 1, unitPrice: FLASH_PRICE, lineAmount: FLASH_PRICE }],
    });
    expect(await saleOf(shop, id)).toMatchObject({
      issuedCount: 2,
      admittedCount: 2,
      takenCount: 0,
      soldCount: 2,
      remainingCount: 0,
    });
    await auditAtRest(shop);
  });

  it('waits in line behind those who came before, and is told when the line is full', async () => {
    const { id } = await openSale(shop, { quantity: 1, lineLimit: 2, paymentWindowSeconds: 300 });
    const shoppers = await createShoppers(shop, 4, 0);
    await joinInOrder(shop, id, shoppers.slice(0, 3));
    const fourth = await join(shop, id, shoppers[3]!);
    expect(fourth).toMatchObject({ status: 409, body: { code: 'flash_sale_sold_out' } });
    // Nobody can pay: the unit goes down the line, and is nobody's in the end.
    await untilTickets(shop, id, ['failed', 'failed', 'failed']);
    await untilSale(shop, id, { takenCount: 0, soldCount: 0, remainingCount: 1 });
    await auditAtRest(shop);
  });

  it('joins once: again it is told its ticket, also when that has failed', async () => {
    const { id } = await openSale(shop, { quantity: 1 });
    const [poor] = await createShoppers(shop, 1, 0);
    const [ticketId] = await joinInOrder(shop, id, [poor!]);
    const again = { status: 409, body: { code: 'flash_sale_already_joined', ticketId } };
    expect(await join(shop, id, poor!)).toMatchObject(again);
    await untilTickets(shop, id, ['failed']);
    expect(await join(shop, id, poor!)).toMatchObject(again);
  });

  it('joins once, however often and at once it is sent', async () => {
    const { id } = await openSale(shop);
    const shopper = await createShopper(shop, FLASH_PRICE);
    const answers = await Promise.all(times(20, shopper).map((who) => join(shop, id, who)));
    const accepted = answers.filter(({ status }) => status === 202);
    expect(accepted.length).toBeGreaterThan(0);
    const refused = answers.filter(({ status }) => status !== 202);
    expect(new Set(refused.map(({ body }) => body.code))).toEqual(
      new Set(['flash_sale_already_joined']),
    );
    expect(new Set(answers.map(({ body }) => body.ticketId)).size).toBe(1);
    await untilTickets(shop, id, ['paid']);
    await auditAtRest(shop);
  });

  it('is refused before it opens, with the time at which it does', async () => {
    const opensAt = inMs(HOUR_MS);
    const { id } = await planSale(shop, { opensAt, closesAt: inMs(2 * HOUR_MS) });
    const shopper = await createShopper(shop, FLASH_PRICE);
    expect(await join(shop, id, shopper)).toMatchObject({
      status: 409,
      body: { code: 'flash_sale_not_open', opensAt },
    });
    // Its units are set aside by now, and it is not time yet.
    const soon = await planSale(shop, { opensAt: inMs(8000) });
    await untilSale(shop, soon.id, { state: 'open' });
    expect(await join(shop, soon.id, shopper)).toMatchObject({
      status: 409,
      body: { code: 'flash_sale_not_open' },
    });
  });

  it('is refused while it is paused and when it is closed, and not when it goes on', async () => {
    const { id } = await openSale(shop, { quantity: 5 });
    const [first, second, third] = await createShoppers(shop, 3, FLASH_PRICE);
    await switchSale(shop, id, 'pause');
    expect(await join(shop, id, first!)).toMatchObject({
      status: 409,
      body: { code: 'flash_sale_paused' },
    });
    expect(await switchSale(shop, id, 'resume')).toMatchObject({ body: { state: 'open' } });
    expect((await join(shop, id, second!)).status).toBe(202);
    await untilTickets(shop, id, ['paid']);
    expect((await switchSale(shop, id, 'close')).status).toBe(200);
    expect(await join(shop, id, third!)).toMatchObject({
      status: 409,
      body: { code: 'flash_sale_closed' },
    });
    await untilSale(shop, id, { state: 'ended', soldCount: 1, returnedCount: 4 });
    const actions = (await auditEntries(shop, id)).map(({ action }) => action);
    expect(actions).toEqual(
      ['create', 'pause', 'resume', 'close'].map((how) => `flash-sale.${how}`),
    );
    expect(await switchSale(shop, id, 'resume')).toMatchObject({
      status: 409,
      body: { code: 'flash_sale_state_conflict', state: 'ended' },
    });
    await auditAtRest(shop);
  });

  it('is refused a way to pay that the shop does not offer, and a sale that is nowhere', async () => {
    const { id } = await openSale(shop);
    const shopper = await createShopper(shop, FLASH_PRICE);
    expect(await join(shop, id, shopper, 'toss')).toMatchObject({
      status: 409,
      body: { code: 'payment_method_unavailable' },
    });
    expect((await join(shop, newId(), shopper)).status).toBe(404);
    const body = { paymentMethod: 'wallet', address: { zoneCode: 'x' } };
    const { token } = shopper;
    expect((await shop.api.post(`/flash-sales/${id}/orders`, { token, body })).status).toBe(400);
    expect((await shop.api.post(`/flash-sales/${id}/orders`, { body })).status).toBe(401);
    expect(await saleOf(shop, id)).toMatchObject({ issuedCount: 0 });
  });

  it('sees nobody else’s ticket', async () => {
    const { id } = await openSale(shop);
    const other = await openSale(shop);
    const [mine, theirs] = await createShoppers(shop, 2, FLASH_PRICE);
    const [ticketId] = await joinInOrder(shop, id, [mine!]);
    expect((await ticketOf(shop, id, ticketId!, mine!)).rank).toBe(1);
    expect(await ticketOf(shop, id, ticketId!, theirs!)).toMatchObject({ code: 'not_found' });
    expect(await ticketOf(shop, other.id, ticketId!, mine!)).toMatchObject({ code: 'not_found' });
  });
});
