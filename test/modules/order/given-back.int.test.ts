import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { OrderNews } from '../../../src/modules/order/order-news.ts';
import { createComparePayments } from '../../../src/modules/order/payments/compare-payments.ts';
import { createNoteGivenBack } from '../../../src/modules/order/payments/note-given-back.ts';
import type { Id } from '../../../src/platform/ids/id.ts';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import type { PaymentGateway } from '../../../src/platform/payment-gateway/payment-gateway.ts';
import { auditPayments } from '../../support/audit-payments.ts';
import { eventually } from '../../support/eventually.ts';
import {
  createProduct,
  createShopper,
  type Shopper,
  type TestProduct,
} from '../../support/factories.ts';
import {
  approve,
  approveAtToss,
  confirm,
  endWaiting,
  letComparisonComeDue,
  letQuestionComeDue,
  letRefundsComeDue,
  misbehave,
  placeDue,
  placePaid,
  startPayingShop,
  webhookUrl,
  type PayingShop,
  type Provider,
} from '../../support/paying.ts';
import {
  keyOf,
  meansOf,
  paymentOf,
  refundsOf,
  showOrder,
  untilState,
} from '../../support/payments-seen.ts';
import { unitsOf } from '../../support/purses.ts';

const PRICE = 40_000;
const PART = 15_000;
const STOCK = 10;

// Providers in trouble are spared for a while, and a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

let shop: PayingShop;
let product: TestProduct;
let shopper: Shopper;
beforeAll(async () => {
  shop = await startPayingShop({ SHOP_PAYMENT_CALL_TIMEOUT_MS: '10000' });
  product = await createProduct(shop, { price: PRICE, stock: STOCK });
  shopper = await createShopper(shop, 0);
});
afterAll(() => shop.stop());
afterEach(() => {
  shop.toss.behave();
  shop.kakaopay.behave();
});

const done = (...amounts: number[]) => amounts.map((amount) => ({ amount, state: 'done' }));
const place = async (method: Provider) =>
  (await placeDue(shop, shopper, method, { skuId: product.skuId })).body;
const payFor = (method: Provider) => placePaid(shop, shopper, method, { skuId: product.skuId });
const cancel = (orderId: Id) =>
  shop.api.post(`/orders/${orderId}/cancel`, {
    token: shopper.token,
    body: { reason: '단순 변심' },
  });
const giveBackAtConsole = async (method: Provider, orderId: Id, amount?: number) =>
  shop[method].cancelAtConsole(await keyOf(shop, orderId), amount);
const listTasks = async () =>
  (await shop.api.get('/admin/refunds?awaitsStaff=true&limit=100', { token: shop.ownerToken })).body
    .items;

/** An order that was charged, of which the shop was told nothing. */
async function placeCharged(method: Provider) {
  const order = await place(method);
  const confirmation = await approve(shop, method, order);
  misbehave(shop, method, 'charge', { how: 'error', moment: 'after', isKept: true });
  misbehave(shop, method, 'lookUp', { how: 'drop', moment: 'before' });
  const answer = await confirm(shop, shopper, order.id, confirmation);
  expect(answer.body.state).toBe('confirming');
  expect(shop[method].ledger.ofOrder(order.id).charges).toBe(1);
  return order;
}

/** The provider answers again, and is asked until it has said what became of the payment. */
async function letShopAsk(method: Provider, orderId: Id) {
  shop[method].behave();
  await eventually(async () => {
    await letQuestionComeDue(shop, orderId, 0);
    expect(await paymentOf(shop, orderId)).toMatchObject({ state: 'paid', nextAskAt: null });
  });
  await letRefundsComeDue(shop, orderId);
}

describe.each(['toss', 'kakaopay'] as const)('money that %s gave back', (method) => {
  it.each([
    ['in part', PART, done(PART, PRICE - PART), ['console', 'provider']],
    ['wholly', PRICE, done(PRICE), ['console']],
  ])('%s before the shop knew of the payment pays for nothing', async (_, amount, all, means) => {
    const order = await placeCharged(method);
    await giveBackAtConsole(method, order.id, amount);
    await letShopAsk(method, order.id);
    expect(await untilState(shop, order.id, 'failed')).toMatchObject({
      failureCode: 'payment_declined',
      paidAt: null,
    });
    await auditPayments(shop);
    expect(await refundsOf(shop, order.id)).toEqual(all);
    expect(await meansOf(shop, order.id)).toEqual(means);
    expect(shop[method].ledger.ofOrder(order.id)).toMatchObject({ cancelled: PRICE });
    expect(await unitsOf(shop, product)).toMatchObject({ held: 0 });
    expect(await showOrder(shop, order.id)).toMatchObject({
      refundedAmount: PRICE,
      refundDueAmount: 0,
      payment: { state: 'refunded' },
    });
  });

  it('in part of a charge that is found too late is not asked for again', async () => {
    const order = await placeCharged(method);
    await endWaiting(shop, order.id);
    await untilState(shop, order.id, 'expired');
    await giveBackAtConsole(method, order.id, PART);
    await letShopAsk(method, order.id);
    await auditPayments(shop);
    expect(await refundsOf(shop, order.id)).toEqual(done(PART, PRICE - PART));
    expect(shop[method].ledger.ofOrder(order.id)).toMatchObject({ cancelled: PRICE, cancels: 2 });
  });

  it('of a paid order is noticed by a webhook, told to staff, and never asked for again', async () => {
    const order = await payFor(method);
    const sold = await unitsOf(shop, product);
    await giveBackAtConsole(method, order.id, PART);
    await shop[method].announce(await keyOf(shop, order.id), webhookUrl(shop, method));
    await eventually(async () => expect(await refundsOf(shop, order.id)).toEqual(done(PART)));
    expect(await showOrder(shop, order.id)).toMatchObject({
      state: 'paid',
      refundedAmount: PART,
      payment: { state: 'partially_refunded' },
    });
    const task = (await listTasks()).find((item: { orderId: Id }) => item.orderId === order.id);
    expect(task).toMatchObject({ provider: method, amount: PART, state: 'done', means: 'console' });

    expect((await cancel(order.id)).body.state).toBe('cancelled');
    await auditPayments(shop);
    expect(await refundsOf(shop, order.id)).toEqual(done(PART, PRICE - PART));
    expect(shop[method].ledger.ofOrder(order.id)).toMatchObject({ cancelled: PRICE, cancels: 2 });
    const units = await unitsOf(shop, product);
    expect(units).toEqual({ open: sold.open + 1, held: 0, sold: sold.sold - 1 });

    const { status, body } = await shop.api.post(`/admin/refunds/${task.id}/acknowledge`, {
      token: shop.ownerToken,
      body: { note: '고객센터에서 처리' },
    });
    expect([status, body.awaitsStaff]).toEqual([200, false]);
    expect(await listTasks()).not.toContainEqual(expect.objectContaining({ id: task.id }));
  });

  it('of a paid order is noticed without a webhook, once, and own refunds are not taken for it', async () => {
    const order = await payFor(method);
    expect((await cancel(order.id)).status).toBe(200);
    const paid = await payFor(method);
    await giveBackAtConsole(method, paid.id);
    await shop.app.backbone.settled();
    expect(await refundsOf(shop, paid.id)).toEqual([]);
    for (const { id } of [order, paid, paid]) {
      await letComparisonComeDue(shop, id);
      const now = Date.now();
      await eventually(async () => expect(await comparisonOf(id)).toBeGreaterThan(now + 7_200_000));
    }
    expect(await meansOf(shop, order.id)).toEqual(['provider']);
    expect(await refundsOf(shop, paid.id)).toEqual(done(PRICE));
    expect(await meansOf(shop, paid.id)).toEqual(['console']);

    // There is nothing left to give back: the cancellation does all the rest.
    expect((await cancel(paid.id)).body).toMatchObject({
      state: 'cancelled',
      refundedAmount: PRICE,
      refundDueAmount: 0,
    });
    await auditPayments(shop);
    expect(shop[method].ledger.ofOrder(paid.id)).toMatchObject({ cancelled: PRICE, cancels: 1 });
  });

  it('while its refund was on the way settles that one', async () => {
    const order = await payFor(method);
    misbehave(shop, method, 'refund', { how: 'error', moment: 'before' });
    await cancel(order.id);
    await shop.app.backbone.settled();
    expect(await refundsOf(shop, order.id)).toEqual([{ amount: PRICE, state: 'due' }]);
    await giveBackAtConsole(method, order.id, PART);
    await eventually(async () => {
      await letComparisonComeDue(shop, order.id);
      expect(await refundsOf(shop, order.id)).toEqual([
        { amount: PRICE - PART, state: 'due' },
        { amount: PART, state: 'done' },
      ]);
    });
    await giveBackAtConsole(method, order.id);
    shop[method].behave();
    await eventually(async () => {
      await letRefundsComeDue(shop, order.id);
      expect(await refundsOf(shop, order.id)).toEqual(done(PRICE - PART, PART));
    });
    await auditPayments(shop);
    expect(await meansOf(shop, order.id)).toEqual(['console', 'console']);
  });

  /** When a payment is compared next, in milliseconds. */
  async function comparisonOf(orderId: Id): Promise<number> {
    return Number((await paymentOf(shop, orderId))?.nextComparisonAt);
  }
});

it('told by the very answer to a confirmation pays for nothing', async () => {
  const order = await place('toss');
  const confirmation = approveAtToss(shop, order);
  shop.toss.misbehave({
    on: 'confirm',
    how: 'answer',
    moment: 'after',
    status: 200,
    body: {
      orderId: order.id,
      status: 'PARTIAL_CANCELED',
      currency: 'KRW',
      totalAmount: PRICE,
      balanceAmount: PRICE - PART,
      approvedAt: new Date().toISOString(),
      cancels: [{ cancelAmount: PART, cancelReason: '고객센터 요청', cancelStatus: 'DONE' }],
    },
  });
  const answer = await confirm(shop, shopper, order.id, confirmation);
  expect(answer.body).toMatchObject({ status: 409, code: 'payment_declined' });
  await shop.toss.cancelAtConsole(confirmation.paymentKey, PART);
  await eventually(async () => {
    await letRefundsComeDue(shop, order.id);
    expect(await refundsOf(shop, order.id)).toEqual(done(PART, PRICE - PART));
  });
  await auditPayments(shop);
});

it('is looked for by one of two instances at once', async () => {
  const order = await payFor('toss');
  let asked = 0;
  const never = () => Promise.reject(new Error('not expected'));
  const gateway: PaymentGateway = {
    minimumAmount: 100,
    prepare: never,
    confirm: never,
    refund: never,
    lookUp: async () => {
      asked += 1;
      return { found: 'paid', amount: PRICE, refundedAmount: 0, refunds: [] };
    },
  };
  const { database } = shop;
  const { inTransaction } = shop.app.backbone;
  // Later than the shop itself would look.
  const nowMs = Date.now() + 90_000_000;
  const clock = { now: () => new Date(nowMs), nowMs: () => nowMs };
  const log = createLogger('silent');
  const noteGivenBack = createNoteGivenBack({ inTransaction, clock, news: new OrderNews(), log });
  const gateways = new Map([['toss' as const, gateway]]);
  const rounds = Array.from({ length: 3 }, () =>
    createComparePayments({ database, clock, gateways, noteGivenBack, log }).compareDue(),
  );
  await Promise.all(rounds);
  expect((await paymentOf(shop, order.id))?.nextComparisonAt).toEqual(new Date(nowMs + 86_400_000));
  const due = await database.select<{ count: number }>(
    `SELECT COUNT(*) AS count FROM order_payments WHERE next_comparison_at > ? AND provider = 'toss'`,
    [new Date(nowMs)],
  );
  expect(asked).toBe(due[0]?.count);
});
