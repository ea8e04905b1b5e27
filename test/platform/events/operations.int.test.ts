import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { orderPaid } from '../../../src/modules/order/order.events.ts';
import { idFromBytes, idToBytes, newId, type Id } from '../../../src/platform/ids/id.ts';
import { eventually } from '../../support/eventually.ts';
import { createProduct, createShopper, orderOf } from '../../support/factories.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';

const CONSUMER = 'catalog.count-sold-units';

let shop: TestShop;
beforeAll(async () => {
  shop = await startShop({ SHOP_EVENTS_HEARTBEAT_MS: '50', SHOP_EVENTS_LEASE_MS: '1000' });
});
afterAll(() => shop.stop());

/** What an event that failed ten times leaves behind. */
async function insertDeadLetter(productId: Id, skuId: Id): Promise<Id> {
  const id = newId();
  const orderId = newId();
  const event = orderPaid.of(orderId, 2, {
    orderId,
    memberId: newId(),
    paidAt: new Date().toISOString(),
    totalAmount: 10_000,
    memberCouponId: null,
    lines: [{ skuId, productId, quantity: 7, unitPrice: 1000, lineAmount: 7000 }],
  });
  await shop.database.write(
    `INSERT INTO platform_parked_event
       (id, consumer_id, envelope_id, position, event, attempts, error, state, next_try_at)
     SELECT ?, c.id, ?, 0, ?, 10, 'Error: broken', 'dead', CURRENT_TIMESTAMP(3)
     FROM platform_consumer AS c WHERE c.name = ?`,
    [idToBytes(id), idToBytes(newId()), JSON.stringify(event), CONSUMER],
  );
  return id;
}

const soldUnits = async (productId: Id) => {
  const [row] = await shop.database.select<{ units: number }>(
    'SELECT sold_units AS units FROM catalog_products WHERE id = ?',
    [idToBytes(productId)],
  );
  return row?.units;
};

const admin = (method: 'get' | 'post', path: string, body?: unknown) =>
  shop.api[method](`/admin/events${path}`, { token: shop.ownerToken, body });

describe('dead letters', () => {
  it('are listed with their error, and have their effect when they are replayed', async () => {
    const { productId, skuId } = await createProduct(shop, { price: 1000, stock: 1 });
    const id = await insertDeadLetter(productId, skuId);

    const list = await admin('get', `/dead-letters?consumer=${CONSUMER}`);
    expect(list.body.items).toMatchObject([
      { id, consumer: CONSUMER, eventName: 'order.paid', error: 'Error: broken', attempts: 10 },
    ]);
    const replay = await admin('post', `/dead-letters/${id}/replay`);
    expect(replay).toMatchObject({ status: 202, body: { replayed: 1 } });
    const audited = await shop.database.select<{ subjectId: Buffer }>(
      "SELECT subject_id AS subjectId FROM platform_audit_log WHERE action = 'events.replay'",
    );
    expect(audited.map(({ subjectId }) => idFromBytes(subjectId))).toEqual([id]);
    await eventually(async () => expect(await soldUnits(productId)).toBe(7));
    expect((await admin('get', '/dead-letters')).body.items).toEqual([]);
    expect((await admin('post', `/dead-letters/${id}/replay`)).status).toBe(404);
  });

  it('are replayed all at once, or those of one consumer, and the audit log knows', async () => {
    const { productId, skuId } = await createProduct(shop, { price: 1000, stock: 1 });
    await insertDeadLetter(productId, skuId);
    await insertDeadLetter(productId, skuId);
    const none = await admin('post', '/dead-letters/replay', { consumer: 'nobody.knows' });
    expect(none.body).toEqual({ replayed: 0 });
    const all = await admin('post', '/dead-letters/replay', {});
    expect(all.body).toEqual({ replayed: 2 });
    await eventually(async () => expect(await soldUnits(productId)).toBe(14));
    const [audit] = await shop.database.select<{ count: number }>(
      "SELECT COUNT(*) AS count FROM platform_audit_log WHERE action LIKE 'events.replay%'",
    );
    expect(audit?.count).toBeGreaterThanOrEqual(3);
  });
});

describe('the backlog', () => {
  it('shows what waits for whom, and nothing when the shop is at rest', async () => {
    const { skuId } = await createProduct(shop, { price: 1000, stock: 5 });
    const { token } = await createShopper(shop, 50_000);
    await shop.api.post('/orders', { token, body: orderOf(skuId) });
    await shop.app.backbone.settled();
    const rest = await admin('get', '/backlog');
    expect(rest.body.outbox).toEqual({ envelopes: 0, events: 0, oldestAgeSeconds: 0 });
    expect(rest.body.consumers).toContainEqual({
      consumer: CONSUMER,
      waitingEnvelopes: 0,
      oldestAgeSeconds: 0,
      parkedEvents: 0,
      deadLetters: 0,
    });

    // An envelope of a living instance that is not this one: it waits, and nobody takes it over.
    const other = newId();
    await shop.database.write(
      `INSERT INTO platform_instance (id, heartbeat_at)
       VALUES (?, CURRENT_TIMESTAMP(3) + INTERVAL 1 HOUR)`,
      [idToBytes(other)],
    );
    await shop.database.write(
      `INSERT INTO platform_outbox (id, owner_id, events, event_count, occurred_at)
       VALUES (?, ?, '[{"name":"order.paid"}]', 1, CURRENT_TIMESTAMP(3) - INTERVAL 30 SECOND)`,
      [idToBytes(newId()), idToBytes(other)],
    );
    const waiting = await admin('get', '/backlog');
    expect(waiting.body.outbox).toMatchObject({ envelopes: 1, events: 1 });
    const backlog = waiting.body.consumers.find(
      (row: { consumer: string }) => row.consumer === CONSUMER,
    );
    expect(backlog.waitingEnvelopes).toBe(1);
    expect(backlog.oldestAgeSeconds).toBeGreaterThanOrEqual(30);
    const copies = waiting.body.consumers.find(
      (row: { consumer: string }) => row.consumer === 'order.copy-products',
    );
    expect(copies.waitingEnvelopes).toBe(0);
    await shop.database.write('DELETE FROM platform_outbox WHERE owner_id = ?', [idToBytes(other)]);
  });

  it('is in the metrics', async () => {
    const text = await (await fetch(`${shop.url}/metrics`)).text();
    expect(text).toMatch(/^seonchak_events_undispatched 0$/m);
    expect(text).toMatch(/^seonchak_events_handled\{consumer="order.copy-products"\} \d+$/m);
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  });
});

describe('a trace', () => {
  it("travels with an order's events through every module", async () => {
    const { skuId } = await createProduct(shop, { price: 1000, stock: 5 });
    const { token } = await createShopper(shop, 50_000);
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const order = await shop.api.post('/orders', {
      token,
      body: orderOf(skuId),
      headers: { traceparent },
    });
    expect(order.headers.get('traceparent')).toBe(traceparent);
    const rows = await shop.database.select<{ events: string }>(
      'SELECT events FROM platform_outbox WHERE events LIKE ?',
      [`%${order.body.id}%`],
    );
    const traced = rows
      .flatMap((row) => JSON.parse(row.events) as { name: string; trace?: string }[])
      .filter((event) => event.trace === traceparent)
      .map((event) => event.name);
    expect(traced.toSorted()).toEqual([
      'catalog.stock-held',
      'order.paid',
      'order.placed',
      'user.funds-held',
    ]);
  });
});
