import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../src/platform/ids/id.ts';
import { contentOf, createCartClient } from '../../support/carts.ts';
import {
  ADDRESS,
  createProduct,
  createShopper,
  createShoppers,
  orderOf,
  type Shopper,
  type TestProduct,
} from '../../support/factories.ts';
import { auditPayments } from '../../support/audit-payments.ts';
import {
  approveAtToss,
  confirm,
  placeDue,
  placePaid,
  startPayingShop,
  type PayingShop,
} from '../../support/paying.ts';
import { eventsOf, paymentOf, refundsOf, showOrder, toldOf } from '../../support/payments-seen.ts';
import { giveCoupon, givePoints, purseOf, unitsOf } from '../../support/purses.ts';
import { startShop } from '../../support/start-shop.ts';

const PRICE = 20_000;
const TOTAL = PRICE + 3_000;

let shop: PayingShop;
let product: TestProduct;
let shopper: Shopper;
let other: Shopper;

const place = async (more: Record<string, unknown> = {}, who = shopper) =>
  (await placeDue(shop, who, 'toss', { skuId: product.skuId, ...more })).body;
const confirms = () => shop.toss.requests.filter(({ path }) => path.endsWith('/confirm'));

describe('an order paid by Toss', () => {
  beforeAll(async () => {
    shop = await startPayingShop();
    product = await createProduct(shop, { price: PRICE, stock: 1000 });
    [shopper, other] = (await createShoppers(shop, 2, 0)) as [Shopper, Shopper];
  });
  afterAll(() => shop.stop());

  it('has left the cart when it waits for its payment', async () => {
    const cart = createCartClient(shop.url);
    const member = await createShopper(shop, 0);
    await cart.put(member, product.skuId, 2);
    const body = { paymentMethod: 'toss', address: ADDRESS };
    const placed = await shop.api.post('/orders', { token: member.token, body });
    expect(placed.body).toMatchObject({ state: 'payment_due', lines: [{ quantity: 2 }] });
    await shop.app.backbone.settled();
    expect(contentOf(await cart.show(member))).toEqual([]);
  });

  it('waits for its payment with everything held, and is paid by its confirmation', async () => {
    const [goods, member] = [
      await createProduct(shop, { price: PRICE, stock: 5 }),
      await createShopper(shop, 0),
    ];
    await givePoints(shop, member, 5_000);
    const memberCouponId = await giveCoupon(shop, member, { amount: 4_000 });
    const body = { skuId: goods.skuId, quantity: 2, memberCouponId, pointsAmount: 3_000 };
    const placed = await placeDue(shop, member, 'toss', body);
    expect(placed.status).toBe(201);
    const order = placed.body;
    expect(order).toMatchObject({
      state: 'payment_due',
      totalAmount: 2 * PRICE - 4_000 - 3_000,
      payment: { method: 'toss', state: 'pending', amount: order.totalAmount, redirectUrl: null },
      paidAt: null,
    });
    const waits = Date.parse(order.payment.dueAt) - Date.parse(order.createdAt);
    expect(waits).toBeGreaterThanOrEqual(900_000);
    expect(waits).toBeLessThan(960_000);
    expect(await unitsOf(shop, goods)).toEqual({ open: 3, held: 2, sold: 0 });
    expect(await purseOf(shop, member)).toEqual({ money: 0, points: 2_000, coupons: ['held'] });

    const paid = await confirm(shop, member, order.id, approveAtToss(shop, order));
    expect(paid.status).toBe(200);
    expect(paid.body).toMatchObject({ id: order.id, state: 'paid', payment: { state: 'paid' } });
    expect(Date.parse(paid.body.paidAt)).toBeGreaterThan(Date.parse(order.createdAt));
    await auditPayments(shop);
    expect(shop.toss.ledger.ofOrder(order.id)).toEqual({
      charged: order.totalAmount,
      cancelled: 0,
      charges: 1,
      cancels: 0,
    });
    expect(await unitsOf(shop, goods)).toEqual({ open: 3, held: 0, sold: 2 });
    expect(await purseOf(shop, member)).toEqual({ money: 0, points: 2_000, coupons: ['used'] });
    expect(await toldOf(shop, order.id)).toEqual([
      'order.placed',
      'order.payment-due',
      'order.paid',
    ]);
  });

  it('is charged once, however often it is confirmed', async () => {
    const order = await place();
    const confirmation = approveAtToss(shop, order);
    const before = confirms().length;
    const first = await confirm(shop, shopper, order.id, confirmation);
    const again = await confirm(shop, shopper, order.id, confirmation);
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.body).toEqual(first.body);
    expect(confirms()).toHaveLength(before + 1);
    await auditPayments(shop);
  });

  it('is charged once by ten confirmations at once', async () => {
    const order = await place();
    const confirmation = approveAtToss(shop, order);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => confirm(shop, shopper, order.id, confirmation)),
    );
    const said = answers.map(({ status, body }) => `${status} ${body.state}`);
    expect(said).toContain('200 paid');
    expect(said.filter((each) => !['200 paid', '202 confirming'].includes(each))).toEqual([]);
    expect((await showOrder(shop, order.id)).state).toBe('paid');
    await auditPayments(shop);
  });

  it('is left alone by a confirmation of another amount, which is told of', async () => {
    const order = await place();
    const confirmation = approveAtToss(shop, order);
    const before = confirms().length;
    const cheap = await confirm(shop, shopper, order.id, { ...confirmation, amount: 100 });
    expect(cheap.body).toMatchObject({ status: 409, code: 'payment_amount_mismatch' });
    expect(confirms()).toHaveLength(before);
    expect(await showOrder(shop, order.id)).toEqual(order);
    expect(await paymentOf(shop, order.id)).toBeUndefined();
    const tampered = (await eventsOf(shop, order.id)).at(-1);
    expect(tampered).toMatchObject({
      name: 'order.confirmation-tampered',
      payload: {
        orderId: order.id,
        memberId: shopper.id,
        totalAmount: TOTAL,
        claimedAmount: 100,
      },
    });
    expect((await confirm(shop, shopper, order.id, confirmation)).body.state).toBe('paid');
    await auditPayments(shop);
  });

  it("is nobody else's to confirm", async () => {
    const order = await place();
    const confirmation = approveAtToss(shop, order);
    const before = confirms().length;
    const stranger = await confirm(shop, other, order.id, confirmation);
    expect(stranger.body).toMatchObject({ status: 404, code: 'not_found' });
    const nothing = await confirm(shop, shopper, newId(), confirmation);
    expect(nothing.body).toMatchObject({ status: 404, code: 'not_found' });
    expect(confirms()).toHaveLength(before);
    expect((await showOrder(shop, order.id)).state).toBe('payment_due');
  });

  it('is not paid by the payment of another order', async () => {
    const paid = await place();
    const used = approveAtToss(shop, paid);
    await confirm(shop, shopper, paid.id, used);
    const order = await place();
    const twice = await confirm(shop, shopper, order.id, used);
    expect(twice.body).toMatchObject({ status: 409, code: 'payment_already_used' });
    expect(await showOrder(shop, order.id)).toMatchObject({ state: 'payment_due' });
    const own = await confirm(shop, shopper, order.id, approveAtToss(shop, order));
    expect(own.body.state).toBe('paid');
    await auditPayments(shop);
  });

  it('is not paid by a payment that was approved for another order', async () => {
    const [mine, theirs] = [await place(), await place({}, other)];
    const answer = await confirm(shop, shopper, mine.id, approveAtToss(shop, theirs));
    expect(answer.body).toMatchObject({ status: 409, code: 'payment_declined' });
    expect((await showOrder(shop, theirs.id)).state).toBe('payment_due');
    await auditPayments(shop);
  });

  it('fails when the payment is declined, and nothing stays held', async () => {
    const [goods, member] = [
      await createProduct(shop, { price: PRICE, stock: 5 }),
      await createShopper(shop, 0),
    ];
    await givePoints(shop, member, 5_000);
    const memberCouponId = await giveCoupon(shop, member, { amount: 4_000 });
    const more = { skuId: goods.skuId, memberCouponId, pointsAmount: 5_000 };
    const order = await place(more, member);
    const confirmation = approveAtToss(shop, order);
    const { paymentKey } = confirmation;
    shop.toss.misbehave({ on: 'confirm', how: 'decline', payment: paymentKey });
    const declined = await confirm(shop, member, order.id, confirmation);
    const problem = { status: 409, code: 'payment_declined', orderId: order.id };
    expect(declined.body).toMatchObject(problem);
    await auditPayments(shop);
    expect(await showOrder(shop, order.id)).toMatchObject({
      state: 'failed',
      failureCode: 'payment_declined',
      payment: { state: 'none' },
    });
    expect(await paymentOf(shop, order.id)).toMatchObject({
      state: 'declined',
      declineCode: 'REJECT_CARD_PAYMENT',
      nextAskAt: null,
    });
    expect(await unitsOf(shop, goods)).toEqual({ open: 5, held: 0, sold: 0 });
    expect(await purseOf(shop, member)).toEqual({ money: 0, points: 5_000, coupons: ['issued'] });

    expect((await confirm(shop, member, order.id, confirmation)).body).toMatchObject(problem);
    const another = await confirm(shop, member, order.id, approveAtToss(shop, order));
    expect(another.body).toMatchObject(problem);
    expect(shop.toss.ledger.ofOrder(order.id).charges).toBe(0);
  });

  it('is refused when money would come days later', async () => {
    const order = await place();
    const paymentKey = shop.toss.shopperApproves({
      orderId: order.id,
      amount: TOTAL,
      method: 'virtual account',
    });
    const answer = await confirm(shop, shopper, order.id, { paymentKey, amount: TOTAL });
    expect(answer.body).toMatchObject({ status: 409, code: 'payment_declined' });
    await auditPayments(shop);
  });

  it('fails when another amount was charged, which goes back', async () => {
    const order = await place();
    const confirmation = approveAtToss(shop, order);
    const payment = confirmation.paymentKey;
    shop.toss.misbehave({ on: 'confirm', how: 'charge', amount: TOTAL + 1, payment });
    const answer = await confirm(shop, shopper, order.id, confirmation);
    expect(answer.body).toMatchObject({ status: 409, code: 'payment_declined' });
    await auditPayments(shop);
    expect(await refundsOf(shop, order.id)).toEqual([{ amount: TOTAL + 1, state: 'done' }]);
    expect(shop.toss.ledger.of(payment)).toMatchObject({ charges: 1, cancelled: TOTAL + 1 });
  });

  it.each([
    [{}, ''],
    [{ amount: TOTAL }, '/paymentKey'],
    [{ pgToken: 'x' }, '/paymentKey'],
    [{ paymentKey: 'tviva' }, '/amount'],
    [{ paymentKey: '', amount: TOTAL }, '/paymentKey'],
    [{ paymentKey: 'x'.repeat(201), amount: TOTAL }, '/paymentKey'],
    [{ paymentKey: 'tviva', amount: 0.5 }, '/amount'],
    [{ paymentKey: 'tviva', amount: -1 }, '/amount'],
    [{ paymentKey: 'tviva', amount: `${TOTAL}` }, '/amount'],
    [{ paymentKey: 'tviva', amount: TOTAL, orderId: 'x' }, '/orderId'],
  ])('is not confirmed by %j', async (confirmation, path) => {
    const order = await place();
    const answer = await confirm(shop, shopper, order.id, confirmation);
    expect(answer.body).toMatchObject({ status: 400, code: 'validation_failed' });
    expect(answer.body.errors.map((error: { path: string }) => error.path)).toEqual([path]);
    expect((await showOrder(shop, order.id)).state).toBe('payment_due');
  });

  it('expects no payment once it is paid or cancelled, and none at all from the wallet', async () => {
    const paid = await placePaid(shop, shopper, 'toss', { skuId: product.skuId });
    const late = await confirm(shop, shopper, paid.id, approveAtToss(shop, paid));
    expect(late.body).toMatchObject({ status: 409, code: 'payment_not_expected', state: 'paid' });

    const cancelled = await place();
    await shop.api.post(`/orders/${cancelled.id}/cancel`, {
      token: shopper.token,
      body: { reason: '단순 변심' },
    });
    const tooLate = await confirm(shop, shopper, cancelled.id, approveAtToss(shop, cancelled));
    expect(tooLate.body).toMatchObject({ code: 'payment_not_expected', state: 'cancelled' });

    const rich = await createShopper(shop, 100_000);
    const wallet = await shop.api.post('/orders', {
      token: rich.token,
      body: orderOf(product.skuId),
    });
    const none = await confirm(shop, rich, wallet.body.id, approveAtToss(shop, wallet.body));
    expect(none.body).toMatchObject({ status: 409, code: 'payment_not_expected' });
    await auditPayments(shop);
  });

  it('is paid at once when coupon and points leave nothing to pay', async () => {
    const member = await createShopper(shop, 0);
    await givePoints(shop, member, 100_000);
    const memberCouponId = await giveCoupon(shop, member, { amount: 10_000 });
    const body = { skuId: product.skuId, quantity: 2, memberCouponId, pointsAmount: 30_000 };
    const placed = await placeDue(shop, member, 'toss', body);
    expect(placed).toMatchObject({ status: 201, body: { state: 'paid', totalAmount: 0 } });
    expect(placed.body.payment).toMatchObject({ state: 'paid', dueAt: null });
    expect(await paymentOf(shop, placed.body.id)).toBeUndefined();
    await auditPayments(shop);
    expect(await purseOf(shop, member)).toEqual({ money: 0, points: 70_000, coupons: ['used'] });

    const cancelled = await shop.api.post(`/orders/${placed.body.id}/cancel`, {
      token: member.token,
      body: { reason: '단순 변심' },
    });
    expect(cancelled.body).toMatchObject({ state: 'cancelled', refundedPointsAmount: 30_000 });
    await auditPayments(shop);
    expect(await purseOf(shop, member)).toEqual({ money: 0, points: 100_000, coupons: ['issued'] });
  });
});

describe('a shop without a key for Toss', () => {
  it('takes no payments by Toss or Kakao Pay, and stores no order', async () => {
    const plain = await startShop();
    try {
      const { skuId } = await createProduct(plain, { price: PRICE, stock: 5 });
      const member = await createShopper(plain, 0);
      for (const method of ['toss', 'kakaopay'] as const) {
        const answer = await placeDue(plain, member, method, { skuId });
        expect(answer.body).toMatchObject({ status: 409, code: 'payment_method_unavailable' });
      }
      const orders = await plain.api.get('/orders', { token: member.token });
      expect(orders.body.items).toEqual([]);
    } finally {
      await plain.stop();
    }
  });
});
