import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import {
  createProduct,
  createShopper,
  type Shopper,
  type TestProduct,
} from '../../support/factories.ts';
import { auditPayments } from '../../support/audit-payments.ts';
import {
  createGate,
  approve,
  approveAtToss,
  confirm,
  endWaiting,
  letQuestionComeDue,
  placeDue,
  startPayingShop,
  webhookUrl,
  type PayingShop,
} from '../../support/paying.ts';
import {
  deadlineOf,
  eventsOf,
  paymentOf,
  refundsOf,
  showOrder,
  toldOf,
  untilState,
} from '../../support/payments-seen.ts';
import { giveCoupon, givePoints, purseOf, unitsOf } from '../../support/purses.ts';

const PRICE = 20_000;

let shop: PayingShop;
let product: TestProduct;
let shopper: Shopper;

async function open(environment: Record<string, string> = {}): Promise<void> {
  shop = await startPayingShop(environment);
  product = await createProduct(shop, { price: PRICE, stock: 1000 });
  shopper = await createShopper(shop, 0);
}

const place = async (more: Record<string, unknown> = {}, who = shopper) =>
  (await placeDue(shop, who, 'toss', { skuId: product.skuId, ...more })).body;
const cancel = (orderId: string, { token } = shopper) =>
  shop.api.post(`/orders/${orderId}/cancel`, { token, body: { reason: '단순 변심' } });
/** A member, and what it takes to buy with a coupon and points. */
async function buyerWithEverything() {
  const member = await createShopper(shop, 0);
  await givePoints(shop, member, 5_000);
  const memberCouponId = await giveCoupon(shop, member, { amount: 4_000 });
  const goods = await createProduct(shop, { price: PRICE, stock: 5 });
  return {
    member,
    more: { skuId: goods.skuId, quantity: 2, memberCouponId, pointsAmount: 3_000 },
    /** Where the units are, and what the member has. */
    holdings: async () => ({ ...(await purseOf(shop, member)), ...(await unitsOf(shop, goods)) }),
  };
}
const ALL_FREE = { money: 0, points: 5_000, coupons: ['issued'], open: 5, held: 0, sold: 0 };

describe('an order that is not paid in time', () => {
  beforeAll(() => open({ SHOP_PAYMENT_WINDOW_MS: '300' }));
  afterAll(() => shop.stop());

  it('expires by itself', async () => {
    const order = await place();
    const waits = Date.parse(order.payment.dueAt) - Date.parse(order.createdAt);
    expect(waits).toBeGreaterThanOrEqual(300);
    const expired = await untilState(shop, order.id, 'expired');
    expect(expired.failureCode).toBe('payment_timeout');
    await auditPayments(shop);
  });
});

describe('an order that a provider is to be paid for', () => {
  beforeAll(() => open({ SHOP_PAYMENT_CALL_TIMEOUT_MS: '1500' }));
  afterAll(() => shop.stop());
  afterEach(() => {
    shop.toss.behave();
    shop.kakaopay.behave();
  });

  it('gives everything free when its time is over, and is not paid any more', async () => {
    const { member, more, holdings } = await buyerWithEverything();
    const order = await place(more, member);
    expect(await holdings()).toEqual({
      ...ALL_FREE,
      points: 2_000,
      coupons: ['held'],
      open: 3,
      held: 2,
    });
    expect(await deadlineOf(shop, order.id)).toEqual(new Date(order.payment.dueAt));
    await endWaiting(shop, order.id);
    expect(await untilState(shop, order.id, 'expired')).toMatchObject({
      failureCode: 'payment_timeout',
      payment: { state: 'none' },
    });
    await auditPayments(shop);
    expect(await holdings()).toEqual(ALL_FREE);
    expect(await deadlineOf(shop, order.id)).toBeUndefined();
    expect((await eventsOf(shop, order.id)).at(-1)).toMatchObject({
      name: 'order.expired',
      payload: { failureCode: 'payment_timeout', memberCouponId: more.memberCouponId },
    });

    const late = await confirm(shop, member, order.id, approveAtToss(shop, order));
    expect(late.body).toMatchObject({ status: 409, code: 'payment_not_expected' });
    expect((await cancel(order.id, member)).body.code).toBe('order_not_cancellable');
    expect(shop.toss.ledger.ofOrder(order.id).charges).toBe(0);
  });

  it('is not confirmed after its time, even before it is swept away', async () => {
    const order = await place();
    const confirmation = approveAtToss(shop, order);
    await endWaiting(shop, order.id);
    const late = await confirm(shop, shopper, order.id, confirmation);
    expect(late.body).toMatchObject({ status: 409, code: 'payment_not_expected' });
    await untilState(shop, order.id, 'expired');
    await auditPayments(shop);
  });

  it('neither expires nor is cancelled while its payment is being confirmed', async () => {
    const order = await place();
    const gate = createGate();
    shop.toss.misbehave({ on: 'confirm', how: 'wait', moment: 'before', until: gate.opened });
    const confirming = confirm(shop, shopper, order.id, approveAtToss(shop, order));
    await untilState(shop, order.id, 'confirming');
    const dueAt = Number(await deadlineOf(shop, order.id));
    expect(dueAt - Number((await paymentOf(shop, order.id))?.sentAt)).toBe(120_000);
    for (const token of [shopper.token, shop.ownerToken]) {
      const path = `${token === shopper.token ? '' : '/admin'}/orders/${order.id}/cancel`;
      const answer = await shop.api.post(path, { token, body: { reason: '단순 변심' } });
      expect(answer.body).toMatchObject({ status: 409, code: 'payment_in_progress' });
    }
    // Another one, due before and after it, expires meanwhile: the sweep has been here.
    const marker = await place();
    await endWaiting(shop, marker.id);
    await untilState(shop, marker.id, 'expired');
    expect((await showOrder(shop, order.id)).state).toBe('confirming');
    gate.open();
    await confirming;
    // On a slow machine the call was given up by then, and the charge is found by asking.
    await eventually(async () => {
      await letQuestionComeDue(shop, order.id, 60_000);
      expect((await showOrder(shop, order.id)).state).toBe('paid');
    });
    await auditPayments(shop);
    expect(await deadlineOf(shop, order.id)).toBeUndefined();
  });

  it.each(['toss', 'kakaopay'] as const)(
    'expires when %s does not answer in time; a charge found later goes back by itself',
    async (method) => {
      const { member, more, holdings } = await buyerWithEverything();
      const { body: order } = await placeDue(shop, member, method, more);
      const confirmation = await approve(shop, method, order);
      shop.toss.misbehave({ on: 'confirm', how: 'hang', moment: 'after' });
      shop.toss.misbehave({ on: 'lookUp', how: 'drop', moment: 'before' });
      shop.kakaopay.misbehave({ on: 'approve', how: 'drop', moment: 'after' });
      shop.kakaopay.misbehave({ on: 'order', how: 'drop', moment: 'before' });
      const answer = await confirm(shop, member, order.id, confirmation);
      expect(answer).toMatchObject({ status: 202, body: { state: 'confirming' } });
      await endWaiting(shop, order.id);
      await untilState(shop, order.id, 'expired');
      await shop.app.backbone.settled();
      expect(await holdings()).toEqual(ALL_FREE);
      const repeated = await confirm(shop, member, order.id, confirmation);
      expect(repeated.body).toMatchObject({ status: 409, code: 'payment_timeout' });
      expect(shop[method].ledger.ofOrder(order.id)).toMatchObject({ charges: 1, cancels: 0 });

      shop[method].behave();
      await eventually(async () => {
        await letQuestionComeDue(shop, order.id, 600_000);
        expect(await paymentOf(shop, order.id)).toMatchObject({ state: 'paid', nextAskAt: null });
      });
      await auditPayments(shop);
      const amount = order.totalAmount;
      expect(await refundsOf(shop, order.id)).toEqual([{ amount, state: 'done' }]);
      expect(shop[method].ledger.ofOrder(order.id)).toEqual({
        charged: amount,
        cancelled: amount,
        charges: 1,
        cancels: 1,
      });
      expect(await showOrder(shop, order.id)).toMatchObject({
        state: 'expired',
        failureCode: 'payment_timeout',
        refundedAmount: amount,
        paidAt: null,
      });
    },
  );

  it('whose charge lands after its end gets the money back, once, however often it is told', async () => {
    const order = await place();
    const confirmation = approveAtToss(shop, order);
    const gate = createGate();
    shop.toss.misbehave({ on: 'confirm', how: 'wait', moment: 'before', until: gate.opened });
    const answer = await confirm(shop, shopper, order.id, confirmation);
    expect(answer).toMatchObject({ status: 202, body: { state: 'confirming' } });
    await endWaiting(shop, order.id);
    await untilState(shop, order.id, 'expired');
    gate.open();
    await eventually(() => expect(shop.toss.ledger.ofOrder(order.id).charges).toBe(1));
    const url = webhookUrl(shop, 'toss');
    await eventually(async () => {
      await Promise.all(
        Array.from({ length: 5 }, () => shop.toss.announce(confirmation.paymentKey, url)),
      );
      expect((await paymentOf(shop, order.id))?.state).toBe('paid');
    });
    await auditPayments(shop);
    expect(shop.toss.ledger.ofOrder(order.id)).toMatchObject({ charges: 1, cancels: 1 });
    expect(await toldOf(shop, order.id)).not.toContain('order.paid');
  });

  it.each(['toss', 'kakaopay'] as const)(
    'gives everything free when it is cancelled before %s was paid',
    async (method) => {
      const { member, more, holdings } = await buyerWithEverything();
      const { body: order } = await placeDue(shop, member, method, more);
      const confirmation = await approve(shop, method, order);
      expect((await cancel(order.id, member)).body).toMatchObject({
        state: 'cancelled',
        refundedAmount: 0,
        refundedPointsAmount: 0,
        payment: { state: 'none', redirectUrl: null },
      });
      const late = await confirm(shop, member, order.id, confirmation);
      expect(late.body).toMatchObject({ status: 409, code: 'payment_not_expected' });
      await auditPayments(shop);
      expect(await holdings()).toEqual(ALL_FREE);
      expect(shop[method].ledger.ofOrder(order.id).charges).toBe(0);
    },
  );

  it('is paid or ended, never both, when everything comes at once', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const order = await place();
        const confirmation = approveAtToss(shop, order);
        const [answer] = await Promise.all([
          confirm(shop, shopper, order.id, confirmation),
          index % 2 === 0 ? endWaiting(shop, order.id) : cancel(order.id),
          shop.toss.announce(confirmation.paymentKey, webhookUrl(shop, 'toss')),
        ]);
        return { id: order.id, isSaidToBePaid: answer.body.state === 'paid' };
      }),
    );
    await eventually(async () => {
      const orders = await Promise.all(outcomes.map(({ id }) => showOrder(shop, id)));
      const ended = ['paid', 'cancelled', 'expired'];
      expect(orders.filter(({ state }) => !ended.includes(state))).toEqual([]);
      const unpaid = orders.filter(
        ({ paidAt }, index) => outcomes[index]?.isSaidToBePaid && paidAt === null,
      );
      expect(unpaid).toEqual([]);
    });
    await auditPayments(shop);
  });
});
