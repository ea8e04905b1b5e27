import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../src/platform/ids/id.ts';
import { createKakaopayGateway } from '../../../src/platform/payment-gateway/kakaopay-gateway.ts';
import { createTossGateway } from '../../../src/platform/payment-gateway/toss-gateway.ts';
import { eventually } from '../../support/eventually.ts';
import {
  startKakaopayStandIn,
  type KakaopayStandIn,
} from '../../support/payment-providers/kakaopay-stand-in.ts';
import {
  startProviderServer,
  type ProviderServer,
  type Received,
} from '../../support/payment-providers/provider-server.ts';
import {
  startTossStandIn,
  type TossStandIn,
} from '../../support/payment-providers/toss-stand-in.ts';

describe('the stand-ins of payment providers', () => {
  let toss: TossStandIn;
  let kakao: KakaopayStandIn;
  let shop: ProviderServer;
  const told: Received[] = [];

  beforeAll(async () => {
    shop = await startProviderServer(async (request) => {
      told.push(request);
      return { status: 200, body: {} };
    });
    toss = await startTossStandIn();
    kakao = await startKakaopayStandIn();
  });
  afterAll(() => Promise.all([toss.stop(), kakao.stop(), shop.stop()]));

  afterEach(() => {
    toss.behave();
    toss.webhooks.announceTo(undefined);
    told.length = 0;
  });

  const createGateway = () =>
    createTossGateway({ url: toss.url, secretKey: toss.secretKey, callTimeoutMs: 5000 });

  function payment(amount = 1000) {
    const orderId = newId();
    const providerKey = toss.shopperApproves({ orderId, amount });
    return { orderId, providerKey, approvalToken: null, memberId: newId(), amount };
  }

  it('add up what was charged and cancelled, by payment, order and altogether', async () => {
    const [first, second] = [payment(1000), payment(2000)];
    const before = toss.ledger.audit();
    const gateway = createGateway();
    await gateway.confirm(first);
    await gateway.confirm(second);
    const { providerKey } = second;
    const refund = { refundId: newId(), amount: 500, taxParts: null, reason: '변심' };
    await gateway.refund({ providerKey, ...refund });
    expect(toss.ledger.of(first.providerKey)).toMatchObject({ charged: 1000, cancelled: 0 });
    expect(toss.ledger.ofOrder(second.orderId)).toMatchObject({ charged: 2000, cancelled: 500 });
    const after = toss.ledger.audit();
    expect(after.charged - before.charged).toBe(3000);
    expect(after.cancelled - before.cancelled).toBe(500);
  });

  it('misbehave to an even share of the requests', async () => {
    toss.misbehave({ on: 'confirm', how: 'decline', share: 0.25 });
    const gateway = createGateway();
    const outcomes: string[] = [];
    for (let call = 0; call < 8; call += 1) {
      outcomes.push((await gateway.confirm(payment())).outcome);
    }
    expect(outcomes.filter((outcome) => outcome === 'declined')).toHaveLength(2);
  });

  it('misbehave to one payment, and as often as they were told', async () => {
    const [one, other] = [payment(), payment()];
    toss.misbehave({ on: 'lookUp', payment: one.providerKey, how: 'decline', times: 1 });
    const gateway = createGateway();
    expect(await gateway.lookUp(other)).toEqual({ found: 'pending' });
    await expect(gateway.lookUp(one)).rejects.toMatchObject({ code: 'REJECT_CARD_PAYMENT' });
    expect(await gateway.lookUp(one)).toMatchObject({ found: 'declined' });
  });

  it('tell of a payment before its answer, or later, once or twice, or never', async () => {
    const url = `${shop.url}/webhooks/toss`;
    const gateway = createGateway();
    await gateway.confirm(payment());
    expect(told).toEqual([]);

    const early = payment();
    toss.webhooks.announceTo({ url, timing: 'early', copies: 2 });
    await gateway.confirm(early);
    const { providerKey: paymentKey, orderId } = early;
    const webhook = {
      eventType: 'PAYMENT_STATUS_CHANGED',
      data: { paymentKey, orderId, status: 'DONE', totalAmount: 1000 },
    };
    expect(told.map(({ body }) => body)).toMatchObject([webhook, webhook]);

    toss.webhooks.announceTo({ url, timing: { lateMs: 20 } });
    await gateway.confirm(payment());
    await eventually(() => expect(told).toHaveLength(3));
    await gateway.lookUp(early);
    expect(await toss.announce(paymentKey, url)).toBe(200);
    expect(told).toHaveLength(4);
    expect(toss.webhooks.counts).toEqual({ delivered: 3, failed: 0 });
  });

  it('hint at payments of Kakao Pay', async () => {
    const gateway = createKakaopayGateway({
      url: kakao.url,
      secretKey: kakao.secretKey,
      cid: 'TC0ONETIME',
      storefrontUrl: 'http://localhost:3000',
      callTimeoutMs: 5000,
    });
    kakao.webhooks.announceTo({ url: `${shop.url}/webhooks/kakaopay`, timing: 'early' });
    const order = { orderId: newId(), memberId: newId(), amount: 1000 };
    const taxParts = { taxFreeAmount: 0, vatAmount: 91 };
    const announced = { ...order, orderName: '향수', quantity: 1, taxParts };
    const { providerKey = '' } = (await gateway.prepare(announced)) ?? {};
    const approvalToken = kakao.shopperApproves(providerKey);
    await gateway.confirm({ ...order, providerKey, approvalToken });
    expect(told.map(({ path, body }) => ({ path, body }))).toEqual([
      {
        path: '/webhooks/kakaopay',
        body: { tid: providerKey, partner_order_id: order.orderId },
      },
    ]);
  });
});
