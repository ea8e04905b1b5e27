import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  ADDRESS,
  createProduct,
  createShopper,
  type Shopper,
  type TestProduct,
} from '../../support/factories.ts';
import { eventually } from '../../support/eventually.ts';
import { auditPayments } from '../../support/audit-payments.ts';
import {
  createGate,
  approveAtKakaopay,
  confirm,
  endWaiting,
  placeDue,
  startPayingShop,
  webhookUrl,
  type PayingShop,
} from '../../support/paying.ts';
import { keyOf, paymentOf, showOrder, toldOf, untilState } from '../../support/payments-seen.ts';
import type { KakaopayOperation } from '../../support/payment-providers/kakaopay-stand-in.ts';
import type { Received } from '../../support/payment-providers/provider-server.ts';

const PRICE = 20_000;
const TOTAL = PRICE + 3_000;

let shop: PayingShop;
let product: TestProduct;
let shopper: Shopper;

async function open(environment: Record<string, string> = {}): Promise<void> {
  shop = await startPayingShop(environment);
  product = await createProduct(shop, { price: PRICE, stock: 1000 });
  shopper = await createShopper(shop, 0);
}

const place = async (more: Record<string, unknown> = {}) =>
  placeDue(shop, shopper, 'kakaopay', { skuId: product.skuId, ...more });
const sent = (on: KakaopayOperation): Received[] =>
  shop.kakaopay.requests.filter(({ path }) => path.endsWith(`/${on}`));

describe('an order paid by Kakao Pay', () => {
  // No placement waits so long: each is answered as soon as its payment is announced.
  beforeAll(() => open({ SHOP_ORDER_ANSWER_WAIT_MS: '30000' }));
  afterAll(() => shop.stop());

  it('says where the shopper approves it, and is paid by its confirmation', async () => {
    const { productId, skuId } = await createProduct(shop, { price: 5_000, stock: 10 });
    const items = [
      { skuId: product.skuId, quantity: 2 },
      { skuId, quantity: 3 },
    ];
    const placed = await shop.api.post('/orders', {
      token: shopper.token,
      body: { items, paymentMethod: 'kakaopay', address: ADDRESS },
    });
    expect(placed.status).toBe(201);
    const order = placed.body;
    expect(order).toMatchObject({ state: 'payment_due', totalAmount: 55_000 });
    const tid = await keyOf(shop, order.id);
    expect(order.payment).toMatchObject({
      method: 'kakaopay',
      state: 'pending',
      redirectUrl: `${shop.kakaopay.url}/pc/${tid}`,
    });
    const ready = sent('ready').find(({ body }) => body?.partner_order_id === order.id);
    expect(ready?.body).toMatchObject({
      cid: 'TC0ONETIME',
      partner_user_id: shopper.id,
      item_name: `${order.lines[0].name} 외 1건`,
      quantity: 5,
      total_amount: 55_000,
      tax_free_amount: 0,
    });
    expect(JSON.stringify(ready?.body)).not.toMatch(/김손님|세종대로|010-/);

    const paid = await confirm(shop, shopper, order.id, await approveAtKakaopay(shop, order));
    expect(paid).toMatchObject({ status: 200, body: { state: 'paid' } });
    expect(paid.body.payment).toMatchObject({ state: 'paid', redirectUrl: null });
    await auditPayments(shop);
    const { body } = await shop.api.get(`/admin/products/${productId}`, { token: shop.ownerToken });
    expect(body.skus[0]).toMatchObject({ stock: 7, heldQuantity: 0, soldQuantity: 3 });
    expect(await toldOf(shop, order.id)).toEqual([
      'order.placed',
      'order.payment-due',
      'order.paid',
    ]);
  });

  it('is charged once, however often it is confirmed', async () => {
    const { body: order } = await place();
    const confirmation = await approveAtKakaopay(shop, order);
    const before = sent('approve').length;
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => confirm(shop, shopper, order.id, confirmation)),
    );
    expect(new Set(answers.map(({ status }) => status < 300))).toEqual(new Set([true]));
    const again = await confirm(shop, shopper, order.id, confirmation);
    expect(again).toMatchObject({ status: 200, body: { state: 'paid' } });
    expect(sent('approve')).toHaveLength(before + 1);
    const other = await confirm(shop, shopper, order.id, { pgToken: 'another' });
    expect(other.body).toMatchObject({ status: 409, code: 'payment_not_expected' });
    await auditPayments(shop);
  });

  it('fails when the payment is declined, and nothing stays held', async () => {
    const { body: order } = await place();
    const confirmation = await approveAtKakaopay(shop, order);
    const payment = await keyOf(shop, order.id);
    shop.kakaopay.misbehave({ on: 'approve', how: 'decline', payment });
    const declined = await confirm(shop, shopper, order.id, confirmation);
    expect(declined.body).toMatchObject({
      status: 409,
      code: 'payment_declined',
      orderId: order.id,
    });
    await auditPayments(shop);
    const { state, declineCode } = (await paymentOf(shop, order.id)) ?? {};
    expect([state, declineCode]).toEqual(['declined', '-780.NOT_ENOUGH_MONEY']);
    expect(await showOrder(shop, order.id)).toMatchObject({
      failureCode: 'payment_declined',
      payment: { redirectUrl: null },
    });
  });

  it('fails when the shopper gives up at Kakao Pay', async () => {
    const { body: order } = await place();
    const tid = await keyOf(shop, order.id);
    shop.kakaopay.shopperQuits(tid);
    expect(await shop.kakaopay.announce(tid, webhookUrl(shop, 'kakaopay'))).toBe(200);
    const failed = await untilState(shop, order.id, 'failed');
    expect(failed.failureCode).toBe('payment_declined');
    await auditPayments(shop);
  });

  it('needs the token of the approval', async () => {
    const { body: order } = await place();
    const paymentKey = await keyOf(shop, order.id);
    const answer = await confirm(shop, shopper, order.id, { paymentKey, amount: TOTAL });
    expect(answer.body).toMatchObject({ status: 400, errors: [{ path: '/pgToken' }] });
    expect((await showOrder(shop, order.id)).state).toBe('payment_due');
    const wrong = await confirm(shop, shopper, order.id, { amount: 1, pgToken: 'x' });
    expect(wrong.body.code).toBe('payment_amount_mismatch');
  });

  it('is paid by no token but the right one', async () => {
    const { body: order } = await place();
    await approveAtKakaopay(shop, order);
    const wrong = await confirm(shop, shopper, order.id, { pgToken: 'made-up' });
    // Kakao Pay says nothing final: the order waits until its time is over.
    expect(wrong).toMatchObject({ status: 202, body: { state: 'confirming' } });
    await endWaiting(shop, order.id);
    expect((await untilState(shop, order.id, 'expired')).failureCode).toBe('payment_timeout');
    await auditPayments(shop);
    expect(shop.kakaopay.ledger.ofOrder(order.id).charges).toBe(0);
  });
});

describe('when Kakao Pay is in trouble, an order', () => {
  beforeAll(() => open({ SHOP_PAYMENT_CALL_TIMEOUT_MS: '1500', SHOP_ORDER_ANSWER_WAIT_MS: '200' }));
  afterAll(() => shop.stop());
  beforeEach(() => shop.kakaopay.behave());

  const untilAnnounced = (orderId: string) =>
    eventually(async () => {
      const { payment } = await showOrder(shop, orderId);
      expect(payment.redirectUrl).toMatch(/^http/);
    });

  it('whose charge was answered too late ends paid, and charged once', async () => {
    const { body: order } = await place();
    await untilAnnounced(order.id);
    const confirmation = await approveAtKakaopay(shop, order);
    shop.kakaopay.misbehave({ on: 'approve', how: 'hang', moment: 'after' });
    const before = sent('approve').length;
    const answer = await confirm(shop, shopper, order.id, confirmation);
    expect(answer).toMatchObject({ status: 200, body: { state: 'paid' } });
    expect(sent('approve')).toHaveLength(before + 1);
    await auditPayments(shop);
  });

  it('whose approval was lost on the way waits, and is settled by what the record says', async () => {
    const { body: order } = await place();
    await untilAnnounced(order.id);
    const confirmation = await approveAtKakaopay(shop, order);
    shop.kakaopay.misbehave({ on: 'approve', how: 'drop', moment: 'after' });
    shop.kakaopay.misbehave({ on: 'order', how: 'drop', moment: 'before' });
    const answer = await confirm(shop, shopper, order.id, confirmation);
    expect(answer).toMatchObject({ status: 202, body: { state: 'confirming' } });
    expect(answer.body.payment.redirectUrl).toBeNull();
    shop.kakaopay.behave();
    await eventually(async () => {
      await shop.kakaopay.announce(await keyOf(shop, order.id), webhookUrl(shop, 'kakaopay'));
      expect((await showOrder(shop, order.id)).state).toBe('paid');
    });
    await auditPayments(shop);
  });

  it('is due before it is announced, and says later where it is approved', async () => {
    const gate = createGate();
    shop.kakaopay.misbehave({ on: 'ready', how: 'wait', moment: 'after', until: gate.opened });
    const placed = await place();
    expect(placed.status).toBe(201);
    const order = placed.body;
    expect(order).toMatchObject({ state: 'payment_due', payment: { redirectUrl: null } });
    const early = await confirm(shop, shopper, order.id, { pgToken: 'early' });
    expect(early.body).toMatchObject({ status: 409, code: 'payment_not_prepared' });
    gate.open();
    await untilAnnounced(order.id);
    const paid = await confirm(shop, shopper, order.id, await approveAtKakaopay(shop, order));
    expect(paid.body.state).toBe('paid');
    await auditPayments(shop);
  });

  it('is announced again after errors, and paid once', async () => {
    shop.kakaopay.misbehave({ on: 'ready', how: 'error', moment: 'after', times: 4 });
    const { body: order } = await place();
    expect(order).toMatchObject({ state: 'payment_due', payment: { redirectUrl: null } });
    await untilAnnounced(order.id);
    const announced = sent('ready').filter(({ body }) => body?.partner_order_id === order.id);
    expect(announced.length).toBeGreaterThan(4);
    const paid = await confirm(shop, shopper, order.id, await approveAtKakaopay(shop, order));
    expect(paid.body.state).toBe('paid');
    await auditPayments(shop);
  });

  it('that is cancelled while it is announced has nothing to approve', async () => {
    const gate = createGate();
    shop.kakaopay.misbehave({ on: 'ready', how: 'wait', moment: 'after', until: gate.opened });
    const { body: order } = await place();
    const cancelled = await shop.api.post(`/orders/${order.id}/cancel`, {
      token: shopper.token,
      body: { reason: '단순 변심' },
    });
    expect(cancelled).toMatchObject({ status: 200, body: { state: 'cancelled' } });
    gate.open();
    await auditPayments(shop);
    expect(await paymentOf(shop, order.id)).toBeUndefined();
    const late = await confirm(shop, shopper, order.id, { pgToken: 'late' });
    expect(late.body).toMatchObject({ status: 409, code: 'payment_not_expected' });
  });
});
