import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { findRefund } from '../../../src/modules/order/payments/payments.store.ts';
import { claimRefund } from '../../../src/modules/order/payments/refunds.store.ts';
import { idFromBytes, idToBytes, type Id } from '../../../src/platform/ids/id.ts';
import { auditPayments } from '../../support/audit-payments.ts';
import { eventually } from '../../support/eventually.ts';
import {
  createProduct,
  createShopper,
  type Shopper,
  type TestProduct,
} from '../../support/factories.ts';
import {
  endWaiting,
  letRefundsComeDue,
  misbehave,
  placeDue,
  placePaid,
  startPayingShop,
  type PayingShop,
  type Provider,
} from '../../support/paying.ts';
import {
  meansOf,
  paymentOf,
  refundsOf,
  showOrder,
  untilState,
} from '../../support/payments-seen.ts';

const PRICE = 40_000;

// Providers in trouble are spared for a while, and a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

let shop: PayingShop;
let product: TestProduct;
let shopper: Shopper;
beforeAll(async () => {
  shop = await startPayingShop({
    SHOP_PAYMENT_CALL_TIMEOUT_MS: '10000',
    SHOP_EVENTS_HEARTBEAT_MS: '50',
    SHOP_EVENTS_LEASE_MS: '5000',
  });
  product = await createProduct(shop, { price: PRICE, stock: 1000 });
  shopper = await createShopper(shop, 0);
});
afterAll(() => shop.stop());
afterEach(() => {
  shop.toss.behave();
  shop.kakaopay.behave();
});

/** Buys and cancels; gives the order as the cancellation was answered, when the provider was asked once. */
async function cancelPaid(method: Provider) {
  const { id } = await placePaid(shop, shopper, method, { skuId: product.skuId });
  const { body } = await shop.api.post(`/orders/${id}/cancel`, {
    token: shopper.token,
    body: { reason: '단순 변심' },
  });
  await shop.app.backbone.settled();
  return body;
}

type Asked = { id: Id; asks: number; state: string; awaitsStaff: number };

async function refundOf(orderId: Id): Promise<Asked> {
  const [row] = await shop.database.select<Omit<Asked, 'id'> & { id: Buffer }>(
    'SELECT id, asks, state, awaits_staff AS awaitsStaff FROM order_refunds WHERE order_id = ?',
    [idToBytes(orderId)],
  );
  if (!row) throw new Error('there is no refund');
  return { ...row, id: idFromBytes(row.id) };
}

/** Has the provider asked so often more, whatever it answers. */
async function askTimes(orderId: Id, times: number): Promise<void> {
  const { asks } = await refundOf(orderId);
  await eventually(async () => {
    await letRefundsComeDue(shop, orderId);
    expect((await refundOf(orderId)).asks).toBeGreaterThanOrEqual(asks + times);
  });
}

const parked = () =>
  shop.database.select<{ consumer: string; state: string; outages: number }>(
    `SELECT c.name AS consumer, p.state, p.outages FROM platform_parked_event AS p
     JOIN platform_consumer AS c ON c.id = p.consumer_id`,
  );
const atAdmin = (refundId: Id, what: string, body?: unknown) =>
  shop.api.post(`/admin/refunds/${refundId}/${what}`, { token: shop.ownerToken, body });
const listRefunds = async (query: string) =>
  (await shop.api.get(`/admin/refunds?limit=100&${query}`, { token: shop.ownerToken })).body.items;

describe.each(['toss', 'kakaopay'] as const)('while %s is away, a refund', (method) => {
  it('is asked for as often as it takes, and is shown as due until it is done', async () => {
    misbehave(shop, method, 'refund', { how: 'error', moment: 'before' });
    const cancelled = await cancelPaid(method);
    expect(cancelled).toMatchObject({ state: 'cancelled', refundedAmount: 0 });
    // More often than an event is tried.
    await askTimes(cancelled.id, 12);
    const due = {
      refundedAmount: 0,
      refundDueAmount: PRICE,
      refunds: [{ amount: PRICE, state: 'due', doneAt: null }],
      payment: { state: 'refund_due' },
    };
    expect(await showOrder(shop, cancelled.id)).toMatchObject(due);
    expect(await listRefunds('state=due')).toMatchObject([
      { orderId: cancelled.id, provider: method, amount: PRICE, awaitsStaff: false },
    ]);
    expect(await parked()).toEqual([]);

    const metrics = await (await fetch(`${shop.url}/metrics`)).text();
    expect(metrics).toContain('seonchak_refunds_open{state="due"} 1');
    expect(metrics).toMatch(/seonchak_refunds_oldest_open_seconds\{state="due"\} [\d.]+/u);

    shop[method].behave();
    await eventually(async () => {
      await letRefundsComeDue(shop, cancelled.id);
      expect(await showOrder(shop, cancelled.id)).toMatchObject({
        refundedAmount: PRICE,
        refundDueAmount: 0,
        refunds: [{ amount: PRICE, state: 'done', doneAt: expect.any(String) }],
        payment: { state: 'refunded' },
      });
    });
    expect(await listRefunds('state=due')).toEqual([]);
    await auditPayments(shop);
    expect(shop[method].ledger.ofOrder(cancelled.id).cancels).toBe(1);
  });
});

describe('a refund that is due', () => {
  it('is asked for by one of two instances at once', async () => {
    shop.toss.misbehave({ on: 'cancel', how: 'error', moment: 'before' });
    const { id } = await cancelPaid('toss');
    const found = await findRefund(shop.database, (await refundOf(id)).id);
    if (!found) throw new Error('the refund is not there');
    const later = new Date(Date.now() + 60_000);
    const claims = Array.from({ length: 3 }, () => claimRefund(shop.database, found.refund, later));
    expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
    shop.toss.behave();
    await eventually(async () => {
      await letRefundsComeDue(shop, id);
      expect((await refundOf(id)).state).toBe('done');
    });
  });
});

describe('a refund that Toss refuses for good', () => {
  async function refuse() {
    shop.toss.misbehave({
      on: 'cancel',
      how: 'answer',
      moment: 'before',
      status: 403,
      body: { code: 'NOT_CANCELABLE_PAYMENT' },
    });
    const { id: orderId } = await cancelPaid('toss');
    await eventually(async () => {
      await letRefundsComeDue(shop, orderId);
      expect(await refundOf(orderId)).toMatchObject({ state: 'refused', awaitsStaff: 1 });
    });
    shop.toss.behave();
    return { orderId, refundId: (await refundOf(orderId)).id };
  }

  it('is a task for staff, owed still, and asked for again when they say so', async () => {
    const { orderId, refundId } = await refuse();
    expect(await showOrder(shop, orderId)).toMatchObject({
      refundedAmount: 0,
      refundDueAmount: PRICE,
      refunds: [{ state: 'refused' }],
    });
    expect(await listRefunds('awaitsStaff=true')).toMatchObject([
      { id: refundId, state: 'refused', refusalCode: 'NOT_CANCELABLE_PAYMENT', nextAskAt: null },
    ]);
    expect((await atAdmin(refundId, 'ask-again')).status).toBe(200);
    await eventually(async () => {
      expect(await refundsOf(shop, orderId)).toEqual([{ amount: PRICE, state: 'done' }]);
    });
    expect((await atAdmin(refundId, 'ask-again')).body.code).toBe('refund_not_refused');
    await auditPayments(shop);
  });

  it('can be given back by staff in another way, which is audited', async () => {
    const { orderId, refundId } = await refuse();
    const asked = shop.toss.requests.length;
    const { status, body } = await atAdmin(refundId, 'given-back', { note: '계좌 이체' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      state: 'done',
      means: 'other',
      note: '계좌 이체',
      awaitsStaff: false,
    });
    expect(await showOrder(shop, orderId)).toMatchObject({
      refundedAmount: PRICE,
      refundDueAmount: 0,
    });
    expect(await meansOf(shop, orderId)).toEqual(['other']);
    expect(shop.toss.requests).toHaveLength(asked);
    const audited = await shop.database.select<{ action: string }>(
      'SELECT action FROM platform_audit_log WHERE subject_id = ?',
      [idToBytes(refundId)],
    );
    expect(audited).toEqual([{ action: 'refund.given-back' }]);
    expect((await atAdmin(refundId, 'given-back', { note: 'x' })).body.code).toBe(
      'refund_not_refused',
    );
  });

  it('is settled by what staff give back at the console', async () => {
    const { orderId } = await refuse();
    const payment = await paymentOf(shop, orderId);
    await shop.toss.cancelAtConsole(String(payment?.providerKey));
    await shop.database.write(
      'UPDATE order_payments SET next_comparison_at = CURRENT_TIMESTAMP(3) WHERE order_id = ?',
      [idToBytes(orderId)],
    );
    await eventually(async () => {
      expect(await refundOf(orderId)).toMatchObject({ state: 'done', awaitsStaff: 0 });
    });
    expect(await meansOf(shop, orderId)).toEqual(['console']);
  });
});

describe('while Kakao Pay is away, a payment that is to be announced', () => {
  it('waits for the end of the outage, and not beyond the time to pay', async () => {
    shop.kakaopay.misbehave({ on: 'ready', how: 'drop', moment: 'before' });
    const { body: order } = await placeDue(shop, shopper, 'kakaopay', { skuId: product.skuId });
    await eventually(async () => {
      expect(await parked()).toMatchObject([
        { consumer: 'order.prepare-payments', state: 'waiting' },
      ]);
    });
    const tryAgain = () =>
      shop.database.write(
        `UPDATE platform_parked_event SET next_try_at = CURRENT_TIMESTAMP(3) WHERE state = 'waiting'`,
      );
    await eventually(async () => {
      await tryAgain();
      expect((await parked())[0]?.outages).toBeGreaterThan(11);
    });
    await endWaiting(shop, order.id);
    await untilState(shop, order.id, 'expired');
    const asked = shop.kakaopay.requests.length;
    await eventually(async () => {
      await tryAgain();
      expect(await parked()).toEqual([]);
    });
    expect(shop.kakaopay.requests).toHaveLength(asked);
  });
});
