import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Id } from '../../../src/platform/ids/id.ts';
import {
  createProduct,
  createShopper,
  type Shopper,
  type TestProduct,
} from '../../support/factories.ts';
import { auditPayments } from '../../support/audit-payments.ts';
import {
  approveAtToss,
  confirm,
  letQuestionComeDue,
  placeDue,
  startPayingShop,
  webhookUrl,
  type PayingShop,
} from '../../support/paying.ts';
import { paymentOf, showOrder } from '../../support/payments-seen.ts';
import { eventually } from '../../support/eventually.ts';

let shop: PayingShop;
let product: TestProduct;
let shopper: Shopper;

const place = async () => (await placeDue(shop, shopper, 'toss', { skuId: product.skuId })).body;
const confirms = () => shop.toss.requests.filter(({ path }) => path.endsWith('/confirm'));
const lookUps = () => shop.toss.requests.filter(({ method }) => method === 'GET');

/** How long after it was sent a payment is asked about next. */
async function firstPauseOf(orderId: Id): Promise<number> {
  const { sentAt, nextAskAt } = (await paymentOf(shop, orderId)) ?? {};
  return Number(nextAskAt) - Number(sentAt);
}

describe('when Toss is in trouble, an order', () => {
  beforeAll(async () => {
    shop = await startPayingShop({ SHOP_PAYMENT_CALL_TIMEOUT_MS: '1500' });
    product = await createProduct(shop, { price: 20_000, stock: 1000 });
    shopper = await createShopper(shop, 0);
  });
  afterAll(() => shop.stop());
  beforeEach(() => shop.toss.behave());

  it('whose charge was answered too late ends paid, and charged once', async () => {
    const order = await place();
    const confirmation = approveAtToss(shop, order);
    shop.toss.misbehave({ on: 'confirm', how: 'hang', moment: 'after', times: 1 });
    const answer = await confirm(shop, shopper, order.id, confirmation);
    expect(answer).toMatchObject({ status: 200, body: { state: 'paid' } });
    await auditPayments(shop);
  });

  it('is paid although the first attempt met an error', async () => {
    const order = await place();
    const before = confirms().length;
    shop.toss.misbehave({ on: 'confirm', how: 'error', moment: 'before', times: 1 });
    const answer = await confirm(shop, shopper, order.id, approveAtToss(shop, order));
    expect(answer).toMatchObject({ status: 200, body: { state: 'paid' } });
    expect(confirms()).toHaveLength(before + 2);
    await auditPayments(shop);
  });

  it('waits while nobody can say whether it was charged, and is settled by a webhook', async () => {
    const order = await place();
    const confirmation = approveAtToss(shop, order);
    shop.toss.misbehave({ on: 'confirm', how: 'hang', moment: 'after' });
    shop.toss.misbehave({ on: 'lookUp', how: 'drop', moment: 'before' });
    const answer = await confirm(shop, shopper, order.id, confirmation);
    expect(answer).toMatchObject({ status: 202, body: { state: 'confirming' } });
    expect(answer.body.payment.state).toBe('pending');
    const again = await confirm(shop, shopper, order.id, confirmation);
    expect(again).toMatchObject({ status: 202, body: { state: 'confirming' } });
    const another = await confirm(shop, shopper, order.id, approveAtToss(shop, order));
    expect(another.body).toMatchObject({ status: 409, code: 'payment_in_progress' });

    shop.toss.behave();
    await eventually(async () => {
      // Again and again, as a provider does: the shop spares one that was in trouble for a while.
      await shop.toss.announce(confirmation.paymentKey, webhookUrl(shop, 'toss'));
      expect((await showOrder(shop, order.id)).state).toBe('paid');
    });
    expect((await confirm(shop, shopper, order.id, confirmation)).body.state).toBe('paid');
    await auditPayments(shop);
  });

  it('is settled by the next question when no webhook comes', async () => {
    const order = await place();
    const confirmation = approveAtToss(shop, order);
    shop.toss.misbehave({ on: 'confirm', how: 'error', moment: 'after', isKept: true });
    shop.toss.misbehave({ on: 'lookUp', how: 'error', moment: 'before' });
    const answer = await confirm(shop, shopper, order.id, confirmation);
    expect(answer).toMatchObject({ status: 202, body: { state: 'confirming' } });
    expect(await firstPauseOf(order.id)).toBe(60_000);

    shop.toss.behave();
    await eventually(async () => {
      await letQuestionComeDue(shop, order.id, 60_000);
      expect((await showOrder(shop, order.id)).state).toBe('paid');
    });
    await auditPayments(shop);
  });

  it('stays unpaid while its payment is only approved, and fails when that expires', async () => {
    const order = await place();
    const confirmation = approveAtToss(shop, order);
    shop.toss.misbehave({ on: 'confirm', how: 'error', moment: 'before' });
    const answer = await confirm(shop, shopper, order.id, confirmation);
    expect(answer).toMatchObject({ status: 202, body: { state: 'confirming' } });
    shop.toss.behave();
    const before = lookUps().length;
    await eventually(async () => {
      await letQuestionComeDue(shop, order.id, 59_000);
      expect(lookUps().length).toBeGreaterThan(before);
    });
    expect((await showOrder(shop, order.id)).state).toBe('confirming');
    shop.toss.expire(confirmation.paymentKey);
    shop.toss.expire(confirmation.paymentKey);
    await eventually(async () => {
      await shop.toss.announce(confirmation.paymentKey, webhookUrl(shop, 'toss'));
      expect((await showOrder(shop, order.id)).state).toBe('failed');
    });
    await auditPayments(shop);
    expect(shop.toss.ledger.ofOrder(order.id).charges).toBe(0);
  });
});
