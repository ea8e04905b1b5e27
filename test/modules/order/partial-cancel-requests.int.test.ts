import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../src/platform/ids/id.ts';
import { auditEntries, createAdmin } from '../../support/admins.ts';
import { eventually } from '../../support/eventually.ts';
import { createProduct, createShopper } from '../../support/factories.ts';
import { auditPayments } from '../../support/audit-payments.ts';
import { placeDue, startPayingShop, type PayingShop } from '../../support/paying.ts';
import { showOrder } from '../../support/payments-seen.ts';
import { purseOf } from '../../support/purses.ts';
import {
  createCancelRig,
  pathsOf,
  type CancelRig,
  type Order,
  type Wish,
} from './support/cancel-rig.ts';

let shop: PayingShop;
let cancel: CancelRig['cancel'];
let cancelSome: CancelRig['cancelSome'];
let buyMuch: CancelRig['buyMuch'];
beforeAll(async () => {
  shop = await startPayingShop();
  ({ cancel, cancelSome, buyMuch } = createCancelRig(shop));
});
afterAll(() => shop.stop());

describe('a cancellation', () => {
  it.each([0, -1, 0.5, 1_000_000_000, '1', null])('of %j units is refused', async (quantity) => {
    const { first, shopper, order } = await buyMuch();
    const lines = [{ skuId: first.skuId, quantity }];
    const answer = await cancel(shopper, order.id, { reason: '단순 변심', lines });
    expect(answer.body).toMatchObject({ status: 400, code: 'validation_failed' });
    expect(pathsOf(answer)).toContain('/lines/0/quantity');
    expect(await showOrder(shop, order.id)).toEqual(order);
  });

  it('of units that are not there is refused as a whole, and says which', async () => {
    const { first, second, shopper, order } = await buyMuch();
    const one = { skuId: first.skuId, quantity: 1 };
    const cases: [Wish[], string][] = [
      [[one, { skuId: second.skuId, quantity: 4 }], '/lines/1/quantity'],
      [[one, one, one], '/lines/2/quantity'],
      [[one, { skuId: newId(), quantity: 1 }], '/lines/1/skuId'],
      [[], '/lines'],
    ];
    for (const [lines, path] of cases) {
      const answer = await cancelSome(shopper, order.id, ...lines);
      expect(answer.body).toMatchObject({ status: 400, code: 'validation_failed' });
      expect(pathsOf(answer)).toEqual([path]);
    }
    expect(await showOrder(shop, order.id)).toEqual(order);
    await cancelSome(shopper, order.id, one);
    expect(pathsOf(await cancelSome(shopper, order.id, one, one))).toEqual(['/lines/1/quantity']);
    await auditPayments(shop);
  });

  it('of single units needs a paid order, and one of the member', async () => {
    const product = await createProduct(shop, { price: 10_000, stock: 10 });
    const [shopper, other] = [await createShopper(shop, 0), await createShopper(shop, 0)];
    const { body: due } = await placeDue(shop, shopper, 'toss', {
      skuId: product.skuId,
      quantity: 2,
    });
    const wish = { skuId: product.skuId, quantity: 1 };
    const early = await cancelSome(shopper, due.id, wish);
    expect(early.body).toMatchObject({ status: 409, code: 'order_not_cancellable' });
    expect(await showOrder(shop, due.id)).toEqual(due);
    const strange = await cancelSome(other, due.id, wish);
    expect(strange.body).toMatchObject({ status: 404, code: 'not_found' });
    // All units of it are the whole.
    const all = await cancelSome(shopper, due.id, { ...wish, quantity: 2 });
    expect(all.body).toMatchObject({ state: 'cancelled', refundedAmount: 0 });
    await auditPayments(shop);
  });
});

describe("a cancellation's Idempotency-Key", () => {
  const KEY = { 'idempotency-key': 'some units' };

  it('undoes once, however often it is sent', async () => {
    const { first, second, shopper, order } = await buyMuch();
    const body = { reason: '단순 변심', lines: [{ skuId: second.skuId, quantity: 1 }] };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => cancel(shopper, order.id, body, KEY)),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const replayed = answers.filter(
      ({ headers }) => headers.get('idempotency-replayed') === 'true',
    );
    expect(replayed).toHaveLength(9);
    const again = await cancel(shopper, order.id, body, KEY);
    expect(again.body.lines[1].cancelledQuantity).toBe(1);

    const more = { ...body, lines: [{ skuId: second.skuId, quantity: 2 }] };
    const other = await cancel(shopper, order.id, more, KEY);
    expect(other.body).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    const another = await buyMuch();
    const elsewhere = await cancel(another.shopper, another.order.id, { reason: '단순 변심' }, KEY);
    expect(elsewhere.body.state).toBe('cancelled');
    // The replay shows the order as it is by now.
    await cancelSome(shopper, order.id, { skuId: first.skuId, quantity: 1 });
    const late = await cancel(shopper, order.id, body, KEY);
    expect(late.body.lines.map((line: Order) => line.cancelledQuantity)).toEqual([1, 1]);
    await auditPayments(shop);
  });

  it('is not used up by what was refused', async () => {
    const { first, shopper, order } = await buyMuch();
    const wish = (quantity: number) => ({
      reason: '단순 변심',
      lines: [{ skuId: first.skuId, quantity }],
    });
    expect((await cancel(shopper, order.id, wish(3), KEY)).status).toBe(400);
    const done = await cancel(shopper, order.id, wish(2), KEY);
    expect(done.body.lines[0].cancelledQuantity).toBe(2);
    expect(done.headers.get('idempotency-replayed')).toBeNull();
  });
});

describe('an admin', () => {
  it('cancels for a member, and leaves an entry in the audit log', async () => {
    const { first, shopper, order } = await buyMuch();
    const support = await createAdmin(shop, 'support');
    const viewer = await createAdmin(shop, 'viewer');
    const lines = [{ skuId: first.skuId, quantity: 1 }];
    const body = { reason: '배송 지연', lines };
    const path = `/admin/orders/${order.id}/cancel`;
    const refused = await shop.api.post(path, { token: viewer.token, body });
    expect(refused.body).toMatchObject({ status: 403, code: 'forbidden' });
    expect(await showOrder(shop, order.id)).toEqual(order);

    const headers = { 'idempotency-key': 'admin' };
    for (const isReplayed of [null, 'true']) {
      const answer = await shop.api.post(path, { token: support.token, body, headers });
      expect(answer.status).toBe(200);
      expect(answer.body.lines[0].cancelledQuantity).toBe(1);
      expect(answer.headers.get('idempotency-replayed')).toBe(isReplayed);
    }
    const rest = { reason: '품절' };
    const whole = await shop.api.post(path, { token: shop.ownerToken, body: rest });
    expect(whole.body.state).toBe('cancelled');
    const late = await shop.api.post(path, { token: shop.ownerToken, body: rest });
    expect(late.body).toMatchObject({ status: 409, code: 'order_not_cancellable' });
    expect(await auditEntries(shop, order.id)).toEqual([
      { adminId: support.id, action: 'order.cancel', detail: { lines } },
      { adminId: expect.any(String), action: 'order.cancel', detail: { lines: 'all' } },
    ]);
    await eventually(async () => {
      expect(await purseOf(shop, shopper)).toMatchObject({ money: 100_000, points: 5_000 });
    });
    await auditPayments(shop);
    const unknown = await shop.api.post(`/admin/orders/${newId()}/cancel`, {
      token: shop.ownerToken,
      body: rest,
    });
    expect(unknown.status).toBe(404);
  });
});
