import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idFromBytes, idToBytes, type Id } from '../../../src/platform/ids/id.ts';
import { eventually } from '../../support/eventually.ts';
import { createShopper, createShoppers, type Shopper } from '../../support/factories.ts';
import {
  approveAtToss,
  confirm,
  endWaiting,
  startPayingShop,
  type PayingShop,
} from '../../support/paying.ts';
import {
  auditAtRest,
  FLASH_PRICE,
  join,
  joinInOrder,
  levelsOf,
  openSale,
  saleOf,
  switchSale,
  ticketOf,
  ticketStates,
  untilSale,
  untilTickets,
  times,
} from './flash-shop.ts';

let shop: PayingShop;
beforeAll(async () => {
  shop = await startPayingShop();
});
afterAll(() => shop.stop());

const orderOf = async (saleId: Id, ticketId: Id, shopper: Shopper) => {
  const { orderId } = await ticketOf(shop, saleId, ticketId, shopper);
  return (await shop.api.get(`/orders/${orderId}`, { token: shopper.token })).body;
};
const cancel = (orderId: Id, { token }: Shopper) =>
  shop.api.post(`/orders/${orderId}/cancel`, { token, body: { reason: '단순 변심' } });

describe('a crowd', () => {
  it('of whom a fifth cannot pay and a fifth does not buys every unit exactly once', async () => {
    const { id, skuId } = await openSale(shop, { stock: 50, quantity: 20, lineLimit: 60 });
    const able = await createShoppers(shop, 48, FLASH_PRICE);
    const poor = await createShoppers(shop, 16, FLASH_PRICE - 1);
    const gone = await createShoppers(shop, 16, 0);
    const crowd = Array.from({ length: 16 }, (_, index) => [
      { shopper: gone[index]!, method: 'toss' },
      { shopper: poor[index]!, method: 'wallet' },
      ...able.slice(index * 3, index * 3 + 3).map((shopper) => ({ shopper, method: 'wallet' })),
    ]).flat();
    // First somebody who does not pay: whatever the machine's pace, a unit is left until all have joined.
    const [unpaid, ...others] = crowd;
    const joined = [
      await join(shop, id, unpaid!.shopper, unpaid!.method),
      ...(await Promise.all(others.map(({ shopper, method }) => join(shop, id, shopper, method)))),
    ];
    expect(joined.map(({ status }) => status)).toEqual(times(80, 202));
    expect(joined.map(({ body }) => body.rank).toSorted((one, two) => one - two)).toEqual(
      Array.from({ length: 80 }, (_, index) => index + 1),
    );

    await eventually(async () => {
      await endWaitingOf(id);
      const sale = await saleOf(shop, id);
      expect(sale).toMatchObject({ soldCount: 20, takenCount: 0, remainingCount: 0 });
    });
    const states = await ticketStates(shop, id);
    // Whose turn came is decided by rank alone: nobody in line stands before one who was admitted.
    const last = states.findLastIndex((state) => state !== 'queued');
    expect(states.slice(0, last + 1)).not.toContain('queued');
    expect(states.filter((state) => state === 'paid')).toHaveLength(20);
    await auditAtRest(shop);
    expect(await levelsOf(shop, skuId)).toEqual({ open: 30, held: 0, sold: 20, salePool: 0 });

    await switchSale(shop, id, 'close');
    await untilSale(shop, id, { state: 'ended', returnedCount: 0 });
    expect(await ticketStates(shop, id)).not.toContain('queued');
    await auditAtRest(shop);
  });
});

describe('the order of a ticket', () => {
  it('waits for its payment as long as its sale says, and is paid like any other', async () => {
    const { id } = await openSale(shop, { quantity: 1, paymentWindowSeconds: 120 });
    const shopper = await createShopper(shop, 0);
    const [ticketId] = await joinInOrder(shop, id, [shopper], () => 'toss');
    await untilTickets(shop, id, ['admitted']);
    const order = await untilDue(id, ticketId!, shopper);
    expect(order.lines).toMatchObject([
      { unitPrice: FLASH_PRICE, saleRule: { kind: 'flash_sale', flashSaleId: id } },
    ]);
    const waitsMs = Date.parse(order.payment.dueAt) - Date.parse(order.createdAt);
    expect(waitsMs).toBeGreaterThanOrEqual(120_000);
    expect(waitsMs).toBeLessThan(150_000);
    expect((await confirm(shop, shopper, order.id, approveAtToss(shop, order))).status).toBe(200);
    await untilTickets(shop, id, ['paid']);
    await auditAtRest(shop);
  });

  it('that is not paid in time leaves its unit to the next in line', async () => {
    const { id } = await openSale(shop, { quantity: 1 });
    const [gone, next, last] = await createShoppers(shop, 3, FLASH_PRICE);
    const tickets = await joinInOrder(shop, id, [gone!, next!, last!], (index) =>
      index === 0 ? 'toss' : 'wallet',
    );
    await endWaiting(shop, (await untilDue(id, tickets[0]!, gone!)).id);
    await untilTickets(shop, id, ['failed', 'paid', 'queued']);
    expect(await saleOf(shop, id)).toMatchObject({ admittedCount: 2, soldCount: 1 });
    await auditAtRest(shop);
  });

  it('that is cancelled leaves its unit to the next in line, before and after it is paid', async () => {
    const { id } = await openSale(shop, { quantity: 2, lineLimit: 10 });
    const shoppers = await createShoppers(shop, 4, FLASH_PRICE);
    const tickets = await joinInOrder(shop, id, shoppers, (index) =>
      index === 0 ? 'toss' : 'wallet',
    );
    await untilTickets(shop, id, ['admitted', 'paid', 'queued', 'queued']);
    const due = await untilDue(id, tickets[0]!, shoppers[0]!);
    expect((await cancel(due.id, shoppers[0]!)).status).toBe(200);
    await untilTickets(shop, id, ['failed', 'paid', 'paid', 'queued']);

    const paid = await orderOf(id, tickets[1]!, shoppers[1]!);
    expect((await cancel(paid.id, shoppers[1]!)).body.state).toBe('cancelled');
    await untilTickets(shop, id, ['failed', 'failed', 'paid', 'paid']);
    expect(await saleOf(shop, id)).toMatchObject({ admittedCount: 4, soldCount: 2 });
    await auditAtRest(shop);
  });

  it('ends a “sold out” when it is cancelled: whoever comes now gets in', async () => {
    const { id } = await openSale(shop, { quantity: 1 });
    const [first, late, later] = await createShoppers(shop, 3, FLASH_PRICE);
    const [ticketId] = await joinInOrder(shop, id, [first!]);
    await untilTickets(shop, id, ['paid']);
    await untilSale(shop, id, { soldCount: 1 });
    expect((await shop.api.get(`/flash-sales/${id}`)).body.state).toBe('sold_out');
    expect(await join(shop, id, late!)).toMatchObject({
      status: 409,
      body: { code: 'flash_sale_sold_out' },
    });
    await cancel((await orderOf(id, ticketId!, first!)).id, first!);
    await untilTickets(shop, id, ['failed']);
    await untilIn(id, later!);
    await untilTickets(shop, id, ['failed', 'paid']);
    await auditAtRest(shop);
  });

  it('waits while the sale is paused, whatever units come back', async () => {
    const { id } = await openSale(shop, { quantity: 1 });
    const [first, next] = await createShoppers(shop, 2, FLASH_PRICE);
    const [ticketId] = await joinInOrder(shop, id, [first!, next!]);
    await untilTickets(shop, id, ['paid', 'queued']);
    await switchSale(shop, id, 'pause');
    await cancel((await orderOf(id, ticketId!, first!)).id, first!);
    await untilSale(shop, id, { soldCount: 0, takenCount: 0, remainingCount: 1 });
    await shop.app.backbone.settled();
    expect(await ticketStates(shop, id)).toEqual(['failed', 'queued']);
    await switchSale(shop, id, 'resume');
    await untilTickets(shop, id, ['failed', 'paid']);
  });

  it('is not placed while the product is off sale: the line waits', async () => {
    const { id, skuId } = await openSale(shop, { quantity: 1 });
    const [row] = await shop.database.select<{ productId: Buffer }>(
      'SELECT product_id AS productId FROM catalog_skus WHERE id = ?',
      [idToBytes(skuId)],
    );
    const path = `/admin/products/${row!.productId.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}`;
    const { ownerToken: token } = shop;
    const change = async (state: string) => {
      const { body } = await shop.api.get(path, { token });
      const { version } = body;
      const changed = await shop.api.patch(path, { token, body: { state, version } });
      expect(changed.status).toBe(200);
      await shop.app.backbone.settled();
    };
    await change('hidden');
    await joinInOrder(shop, id, [await createShopper(shop, FLASH_PRICE)]);
    await shop.app.backbone.settled();
    expect(await ticketStates(shop, id)).toEqual(['queued']);
    await change('on_sale');
    await untilTickets(shop, id, ['paid']);
  });
});

describe('the end of a sale', () => {
  it('sends the line home, lets orders under way finish, and gives the rest back', async () => {
    const { id, skuId } = await openSale(shop, {
      stock: 10,
      quantity: 3,
      paymentWindowSeconds: 300,
    });
    const shoppers = await createShoppers(shop, 5, FLASH_PRICE);
    const tickets = await joinInOrder(shop, id, shoppers, (index) =>
      index === 0 ? 'wallet' : 'toss',
    );
    await untilTickets(shop, id, ['paid', 'admitted', 'admitted', 'queued', 'queued']);
    await switchSale(shop, id, 'close');
    await untilTickets(shop, id, ['paid', 'admitted', 'admitted', 'closed', 'closed']);
    expect(await saleOf(shop, id)).toMatchObject({ state: 'closing', takenCount: 2 });

    const [pays, leaves] = await Promise.all(
      [1, 2].map((index) => untilDue(id, tickets[index]!, shoppers[index]!)),
    );
    await confirm(shop, shoppers[1]!, pays.id, approveAtToss(shop, pays));
    await cancel(leaves.id, shoppers[2]!);
    await untilSale(shop, id, { state: 'ended', soldCount: 2, returnedCount: 1, quantity: 3 });
    expect(await ticketStates(shop, id)).toEqual(['paid', 'paid', 'failed', 'closed', 'closed']);
    expect(await levelsOf(shop, skuId)).toEqual({ open: 8, held: 0, sold: 2, salePool: 0 });
    await auditAtRest(shop);
  });

  it('comes by itself when the window is over', async () => {
    const { id } = await openSale(shop, { quantity: 3 });
    const [member] = await createShoppers(shop, 1, FLASH_PRICE);
    await joinInOrder(shop, id, [member!]);
    await untilSale(shop, id, { admittedCount: 1 });
    await shop.database.write(
      'UPDATE order_flash_sales SET closes_at = CURRENT_TIMESTAMP(3) WHERE id = ?',
      [idToBytes(id)],
    );
    const ended = await untilSale(shop, id, { state: 'ended' });
    expect(ended).toMatchObject({ soldCount: 1, returnedCount: 2 });
    await auditAtRest(shop);
  });

  it('is not the last word: a unit that comes back later is open stock again', async () => {
    const { id, skuId } = await openSale(shop, { stock: 10, quantity: 2 });
    const shoppers = await createShoppers(shop, 2, FLASH_PRICE);
    const tickets = await joinInOrder(shop, id, shoppers);
    await untilTickets(shop, id, ['paid', 'paid']);
    await switchSale(shop, id, 'close');
    await untilSale(shop, id, { state: 'ended', soldCount: 2, returnedCount: 0 });
    const order = await orderOf(id, tickets[0]!, shoppers[0]!);
    expect((await cancel(order.id, shoppers[0]!)).status).toBe(200);
    await untilSale(shop, id, { state: 'ended', soldCount: 1, returnedCount: 1 });
    expect(await levelsOf(shop, skuId)).toEqual({ open: 9, held: 0, sold: 1, salePool: 0 });
    await auditAtRest(shop);
  });
});

describe('a ticket that is followed', () => {
  it('is shown whenever it moves, until it is paid', async () => {
    const { id } = await openSale(shop, { quantity: 1 });
    const [gone, shopper] = await createShoppers(shop, 2, FLASH_PRICE);
    const tickets = await joinInOrder(shop, id, [gone!, shopper!], (index) =>
      index === 0 ? 'toss' : 'wallet',
    );
    const due = await untilDue(id, tickets[0]!, gone!);
    const path = `/flash-sales/${id}/tickets/${tickets[1]}/events`;
    const response = await fetch(`${shop.url}/api/v1${path}`, {
      headers: { authorization: `Bearer ${shopper!.token}` },
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    const first = await reader.read();
    expect(first.value).toContain('"state":"queued"');
    await cancel(due.id, gone!);
    let rest = '';
    for (let part = await reader.read(); !part.done; part = await reader.read()) rest += part.value;
    expect(rest).toMatch(/"state":"paid"[^\n]*\n\n$/);
    expect(rest).toContain('event: ticket');

    const stranger = await shop.api.get(path, { token: gone!.token });
    expect(stranger.status).toBe(404);
  });
});

/** The order of a ticket, once a provider is to take its money. */
async function untilDue(saleId: Id, ticketId: Id, shopper: Shopper) {
  return eventually(async () => {
    const order = await orderOf(saleId, ticketId, shopper);
    expect(order.state).toBe('payment_due');
    return order;
  });
}

/** Whoever was to pay a sale's order by a provider by now has not. */
async function endWaitingOf(saleId: Id): Promise<void> {
  const due = await shop.database.select<{ id: Buffer }>(
    `SELECT id FROM order_orders WHERE flash_sale_id = ? AND state = 'payment_due'`,
    [idToBytes(saleId)],
  );
  await Promise.all(due.map((order) => endWaiting(shop, idFromBytes(order.id))));
}

async function untilIn(saleId: Id, shopper: Shopper): Promise<void> {
  await eventually(async () => expect((await join(shop, saleId, shopper)).status).toBe(202));
}
