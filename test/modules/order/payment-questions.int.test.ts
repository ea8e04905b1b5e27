import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OrderNews } from '../../../src/modules/order/order-news.ts';
import {
  createAskProvider,
  type AskProvider,
} from '../../../src/modules/order/payments/ask-provider.ts';
import {
  claimQuestion,
  findPaymentOf,
} from '../../../src/modules/order/payments/payments.store.ts';
import {
  createSettlePayment,
  type SettlePayment,
} from '../../../src/modules/order/payments/settle-payment.ts';
import type { Clock } from '../../../src/platform/clock/clock.ts';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import type {
  LookedUp,
  PaymentGateway,
} from '../../../src/platform/payment-gateway/payment-gateway.ts';
import { eventually } from '../../support/eventually.ts';
import {
  createProduct,
  createShopper,
  type Shopper,
  type TestProduct,
} from '../../support/factories.ts';
import {
  createGate,
  approveAtKakaopay,
  approveAtToss,
  confirm,
  placeDue,
  startPayingShop,
  webhookUrl,
  type PayingShop,
  type Provider,
} from '../../support/paying.ts';
import { keyOf, paymentOf, untilState } from '../../support/payments-seen.ts';

let shop: PayingShop;
let product: TestProduct;
let shopper: Shopper;

const place = async (method: Provider) =>
  (await placeDue(shop, shopper, method, { skuId: product.skuId })).body;
const announce = (method: Provider, providerKey: string) =>
  shop[method].announce(providerKey, webhookUrl(shop, method));

describe('the questions about a payment', () => {
  /** Asked by the tests alone: the shop itself looks but once a minute. */
  beforeAll(async () => {
    shop = await startPayingShop({ SHOP_PAYMENT_SWEEP_MS: '60000' });
    product = await createProduct(shop, { price: 20_000, stock: 1000 });
    shopper = await createShopper(shop, 0);
  });
  afterAll(() => shop.stop());

  const HOUR_MS = 3_600_000;
  let nowMs: number;
  let lookUp: () => Promise<LookedUp>;
  let askProvider: AskProvider;
  let settlePayment: SettlePayment;
  beforeEach(() => {
    nowMs = Date.now();
    const clock: Clock = { now: () => new Date(nowMs), nowMs: () => nowMs };
    const { database } = shop;
    const { inTransaction } = shop.app.backbone;
    const never = () => Promise.reject(new Error('not expected'));
    const gateway: PaymentGateway = {
      minimumAmount: 0,
      prepare: never,
      confirm: never,
      refund: never,
      lookUp: () => lookUp(),
    };
    settlePayment = createSettlePayment({ inTransaction, clock, news: new OrderNews() });
    askProvider = createAskProvider({
      database,
      clock,
      gateways: new Map([
        ['toss', gateway],
        ['kakaopay', gateway],
      ]),
      settlePayment,
      log: createLogger('silent'),
    });
  });

  /** An order whose confirmation was sent and not answered; gives when it was sent. */
  async function placeUnanswered() {
    const order = await place('toss');
    const confirmation = approveAtToss(shop, order);
    const payment = confirmation.paymentKey;
    shop.toss.misbehave({
      on: 'confirm',
      how: 'answer',
      moment: 'before',
      status: 400,
      body: {},
      payment,
    });
    const answer = await confirm(shop, shopper, order.id, confirmation);
    expect(answer.body.state).toBe('confirming');
    const sentAtMs = Number((await paymentOf(shop, order.id))?.sentAt);
    return { ...order, paymentKey: payment, sentAtMs };
  }
  const stateOf = async (orderId: string) => {
    const { state, nextAskAt } = (await paymentOf(shop, orderId)) ?? {};
    return { state, nextAskAt };
  };

  it('come after a minute, ten, an hour and a day, and then the payment is given up', async () => {
    const { id, sentAtMs } = await placeUnanswered();
    let asked = 0;
    lookUp = async () => {
      asked += 1;
      return { found: 'nothing' };
    };
    const askedAfterMs: number[] = [];
    for (;;) {
      const { nextAskAt } = await stateOf(id);
      if (!nextAskAt) break;
      nowMs = nextAskAt.getTime() - 1;
      await askProvider.askDue();
      expect(asked).toBe(askedAfterMs.length);
      nowMs += 1;
      await askProvider.askDue();
      askedAfterMs.push(nowMs - sentAtMs);
    }
    expect(askedAfterMs).toEqual([60_000, 600_000, HOUR_MS, 24 * HOUR_MS]);
    expect(await stateOf(id)).toEqual({ state: 'abandoned', nextAskAt: null });
  });

  it('go on when the last of them cannot be answered', async () => {
    const { id, sentAtMs, paymentKey } = await placeUnanswered();
    lookUp = () => Promise.reject(new Error('away'));
    for (const afterMs of [60_000, 600_000, HOUR_MS, 24 * HOUR_MS, 25 * HOUR_MS]) {
      nowMs = sentAtMs + afterMs;
      await askProvider.askDue();
    }
    const lastMs = 26 * HOUR_MS;
    expect(await stateOf(id)).toEqual({
      state: 'confirming',
      nextAskAt: new Date(sentAtMs + lastMs),
    });
    nowMs = sentAtMs + lastMs;
    lookUp = async () => ({ found: 'nothing' });
    await askProvider.askDue();
    expect(await stateOf(id)).toEqual({ state: 'abandoned', nextAskAt: null });

    // Given up is not forgotten: a hint brings the question back.
    expect(await announce('toss', paymentKey)).toBe(200);
    lookUp = async () => ({ found: 'declined', code: 'EXPIRED' });
    nowMs += 1;
    await eventually(async () => {
      await askProvider.askDue();
      expect(await stateOf(id)).toEqual({ state: 'declined', nextAskAt: null });
    });
  });

  it('do not give up a payment that was settled while the last of them was asked', async () => {
    const { id, sentAtMs, totalAmount } = await placeUnanswered();
    nowMs = sentAtMs + 24 * HOUR_MS;
    lookUp = async () => {
      // A webhook or another instance has heard of the charge by now.
      await settlePayment(id, { kind: 'paid', amount: totalAmount, refundedAmount: 0 });
      return { found: 'nothing' };
    };
    await askProvider.askDue();
    expect(await stateOf(id)).toEqual({ state: 'paid', nextAskAt: null });
    await untilState(shop, id, 'paid');
  });

  it('that began before the confirmation end nothing of it', async () => {
    const order = await place('kakaopay');
    const confirmation = await approveAtKakaopay(shop, order);
    await announce('kakaopay', await keyOf(shop, order.id));
    const [asked, answer] = [createGate(), createGate()];
    lookUp = async () => {
      asked.open();
      await answer.opened;
      return { found: 'pending' };
    };
    nowMs = Date.now() + 1000;
    const asking = askProvider.askDue();
    await asked.opened;

    // Its answer is lost, and so is that to the question that follows.
    shop.kakaopay.misbehave({ on: 'approve', how: 'drop', moment: 'after' });
    shop.kakaopay.misbehave({ on: 'order', how: 'drop', moment: 'before' });
    const confirmed = await confirm(shop, shopper, order.id, confirmation);
    expect(confirmed.body.state).toBe('confirming');
    answer.open();
    await asking;
    const payment = await paymentOf(shop, order.id);
    expect(payment?.state).toBe('confirming');
    expect(Number(payment?.nextAskAt) - Number(payment?.sentAt)).toBe(60_000);
    shop.kakaopay.behave();
    nowMs = Number(payment?.nextAskAt);
    const amount = order.totalAmount;
    lookUp = async () => ({ found: 'paid', amount, refundedAmount: 0, refunds: [] });
    await askProvider.askDue();
    await untilState(shop, order.id, 'paid');
  });

  it('are not put off by one that read the payment before it was sent', async () => {
    const order = await place('kakaopay');
    const confirmation = await approveAtKakaopay(shop, order);
    const seen = await findPaymentOf(shop.database, order.id);
    if (!seen) throw new Error('the payment is not there');
    const gate = createGate();
    shop.kakaopay.misbehave({ on: 'approve', how: 'wait', moment: 'before', until: gate.opened });
    const confirming = confirm(shop, shopper, order.id, confirmation);
    await untilState(shop, order.id, 'confirming');
    expect(await claimQuestion(shop.database, seen, null)).toBe(false);
    expect((await paymentOf(shop, order.id))?.nextAskAt).toBeInstanceOf(Date);
    gate.open();
    expect((await confirming).body.state).toBe('paid');
  });

  it('are taken by one of those who have read that they are due', async () => {
    const { id, sentAtMs } = await placeUnanswered();
    const seen = await findPaymentOf(shop.database, id);
    if (!seen) throw new Error('the payment is not there');
    const again = new Date(sentAtMs + 600_000);
    expect(await claimQuestion(shop.database, seen, again)).toBe(true);
    expect(await claimQuestion(shop.database, seen, again)).toBe(false);
  });

  it('are asked by one of two instances at once', async () => {
    const { id, sentAtMs } = await placeUnanswered();
    nowMs = sentAtMs + 60_000;
    let asked = 0;
    lookUp = async () => {
      asked += 1;
      return { found: 'pending' };
    };
    await Promise.all([askProvider.askDue(), askProvider.askDue(), askProvider.askDue()]);
    expect(asked).toBe(1);
    expect((await paymentOf(shop, id))?.nextAskAt).toEqual(new Date(sentAtMs + 600_000));
  });
});
