import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../../src/platform/ids/id.ts';
import { vatIn, type TaxParts } from '../../../src/platform/money/krw.ts';
import { createKakaopayGateway } from '../../../src/platform/payment-gateway/kakaopay-gateway.ts';
import {
  PaymentDiffers,
  ProviderRefused,
  ProviderUnavailable,
  RefundRefused,
} from '../../../src/platform/payment-gateway/payment-errors.ts';
import type { PaymentGateway } from '../../../src/platform/payment-gateway/payment-gateway.ts';
import { eventually } from '../../support/eventually.ts';
import {
  startKakaopayStandIn,
  type KakaopayStandIn,
} from '../../support/payment-providers/kakaopay-stand-in.ts';

const AMOUNT = 12_000;
const STOREFRONT = 'https://shop.example';

describe('payments by Kakao Pay', () => {
  let kakao: KakaopayStandIn;
  let gateway: PaymentGateway;

  beforeAll(async () => {
    kakao = await startKakaopayStandIn();
  });
  afterAll(() => kakao.stop());

  beforeEach(() => {
    kakao.behave();
    kakao.requests.length = 0;
    gateway = createGateway();
  });

  function createGateway(
    settings: { secretKey?: string; cid?: string; callTimeoutMs?: number } = {},
  ) {
    const { url, secretKey } = kakao;
    return createKakaopayGateway({
      url,
      secretKey,
      cid: 'TC0ONETIME',
      storefrontUrl: STOREFRONT,
      callTimeoutMs: 5000,
      ...settings,
    });
  }

  const orderOf = (taxFreeAmount = 0) => ({
    orderId: newId(),
    memberId: newId(),
    orderName: '새벽 무화과 외 1건',
    quantity: 2,
    amount: AMOUNT,
    taxParts: { taxFreeAmount, vatAmount: vatIn(AMOUNT - taxFreeAmount) },
  });

  async function announced(taxFreeAmount = 0) {
    const order = orderOf(taxFreeAmount);
    const prepared = await gateway.prepare(order);
    if (!prepared) throw new Error('nothing was prepared');
    const { orderId, memberId, amount } = order;
    const { providerKey } = prepared;
    return {
      order,
      key: { providerKey, orderId },
      charge: { providerKey, orderId, memberId, amount },
    };
  }

  async function approved(taxFreeAmount = 0) {
    const { key, charge } = await announced(taxFreeAmount);
    const approvalToken = kakao.shopperApproves(key.providerKey);
    return { ...key, key, confirm: { ...charge, approvalToken } };
  }

  async function paid(taxFreeAmount = 0) {
    const payment = await approved(taxFreeAmount);
    expect(await gateway.confirm(payment.confirm)).toEqual({ outcome: 'paid', refundedAmount: 0 });
    return payment;
  }

  const refundOf = (
    providerKey: string,
    amount = AMOUNT,
    refundId = newId(),
    taxParts: TaxParts | null = null,
  ) => ({
    providerKey,
    refundId,
    amount,
    taxParts,
    reason: '마음이 바뀌었어요',
  });

  const sent = (operation: string) =>
    kakao.requests.filter(({ path }) => path.endsWith(`/${operation}`));

  it('are announced, and tell where the shopper approves them and comes back', async () => {
    const order = orderOf();
    const prepared = await gateway.prepare({ ...order, orderName: '향수🌸'.repeat(50) });
    expect(prepared?.redirectUrl).toBe(`${kakao.url}/pc/${prepared?.providerKey}`);
    const body = sent('ready')[0]?.body;
    expect(body).toMatchObject({
      partner_order_id: order.orderId,
      partner_user_id: order.memberId,
      total_amount: AMOUNT,
      tax_free_amount: 0,
      vat_amount: 1091,
      approval_url: `${STOREFRONT}/orders/${order.orderId}/payment/approved`,
      cancel_url: `${STOREFRONT}/orders/${order.orderId}/payment/cancelled`,
      fail_url: `${STOREFRONT}/orders/${order.orderId}/payment/failed`,
    });
    expect(String(body?.item_name)).toHaveLength(100);
  });

  it('send the shopper to no address but the web', async () => {
    const body = { tid: 'T1', next_redirect_pc_url: 'javascript:alert(1)' };
    kakao.misbehave({ on: 'ready', how: 'answer', moment: 'before', status: 200, body });
    await expect(gateway.prepare(orderOf())).rejects.toMatchObject({ reason: 'unreadable' });
  });

  it('are charged once, and are found afterwards', async () => {
    const payment = await approved();
    expect(await gateway.lookUp(payment.key)).toEqual({ found: 'pending' });
    expect(await gateway.confirm(payment.confirm)).toEqual({ outcome: 'paid', refundedAmount: 0 });
    const found = { found: 'paid', amount: AMOUNT, refundedAmount: 0, refunds: [] };
    expect(await gateway.lookUp(payment.key)).toEqual(found);
    expect(await gateway.confirm(payment.confirm)).toEqual({ outcome: 'paid', refundedAmount: 0 });
    expect(kakao.ledger.of(payment.providerKey)).toMatchObject({ charged: AMOUNT, charges: 1 });
  });

  it('are found as nothing when Kakao Pay does not know them', async () => {
    const unknown = { providerKey: 'T0', orderId: newId() };
    expect(await gateway.lookUp(unknown)).toEqual({ found: 'nothing' });
  });

  it('pay no other order than their own', async () => {
    const payment = await paid();
    const other = { ...payment.key, orderId: newId() };
    const code = 'PAYMENT_OF_ANOTHER_ORDER';
    expect(await gateway.lookUp(other)).toEqual({ found: 'declined', code });
    const confirmation = await gateway.confirm({ ...payment.confirm, ...other });
    expect(confirmation).toMatchObject({ outcome: 'declined' });
  });

  it('are declined, with the reason of the payment means', async () => {
    const payment = await approved();
    kakao.misbehave({ on: 'approve', how: 'decline', code: 'NOT_ENOUGH_MONEY' });
    expect(await gateway.confirm(payment.confirm)).toEqual({
      outcome: 'declined',
      code: '-780.NOT_ENOUGH_MONEY',
    });
    expect(await gateway.lookUp(payment.key)).toEqual({ found: 'declined', code: 'FAIL_PAYMENT' });
    expect(kakao.ledger.of(payment.providerKey).charges).toBe(0);
  });

  it('are declined when the shopper gave up', async () => {
    const payment = await approved();
    kakao.shopperQuits(payment.providerKey);
    expect(await gateway.lookUp(payment.key)).toEqual({ found: 'declined', code: 'QUIT_PAYMENT' });
    const confirmation = await gateway.confirm(payment.confirm);
    expect(confirmation).toMatchObject({ outcome: 'declined' });
  });

  it('are declined when the shopper came back too late', async () => {
    const payment = await approved();
    kakao.expire(payment.providerKey);
    const declined = { outcome: 'declined', code: '-723' };
    expect(await gateway.confirm(payment.confirm)).toEqual(declined);
  });

  it.each([
    [
      'an approval that fails',
      'after',
      { error_code: -780, extras: { method_result_code: 'BANK_FIRM_UNKNOWN' } },
    ],
    ['two at once', 'after', { error_code: -785, error_message: 'duplicated' }],
  ] as const)('are paid when the books say so, against %s', async (_, moment, body) => {
    const payment = await approved();
    kakao.misbehave({ on: 'approve', how: 'answer', moment, status: 400, body });
    expect(await gateway.confirm(payment.confirm)).toEqual({ outcome: 'paid', refundedAmount: 0 });
    expect(kakao.ledger.of(payment.providerKey)).toMatchObject({ charged: AMOUNT, charges: 1 });
  });

  it('are open after a refusal that the books do not bear out', async () => {
    const payment = await approved();
    const wrongToken = { ...payment.confirm, approvalToken: 'wrong' };
    expect(await gateway.confirm(wrongToken)).toEqual({ outcome: 'unknown' });
    expect(await gateway.lookUp(payment.key)).toEqual({ found: 'pending' });
    expect(await gateway.confirm(payment.confirm)).toEqual({ outcome: 'paid', refundedAmount: 0 });
  });

  it.each([
    ['a time-out', 'hang'],
    ['a lost connection', 'drop'],
    ['an error', 'error'],
  ] as const)('are unknown after %s, never sent again, and found paid', async (_, how) => {
    const payment = await approved();
    kakao.misbehave({ on: 'approve', how, moment: 'after' });
    const impatient = createGateway({ callTimeoutMs: 300 });
    expect(await impatient.confirm(payment.confirm)).toEqual({ outcome: 'unknown' });
    expect(sent('approve')).toHaveLength(1);
    expect(await gateway.lookUp(payment.key)).toMatchObject({ found: 'paid', amount: AMOUNT });
    expect(kakao.ledger.of(payment.providerKey).charges).toBe(1);
  });

  it('may be charged long after the shop gave up waiting', async () => {
    const payment = await approved();
    let release = () => {};
    const until = new Promise<void>((resolve) => (release = resolve));
    kakao.misbehave({ on: 'approve', how: 'wait', moment: 'before', until });
    const impatient = createGateway({ callTimeoutMs: 200 });
    expect(await impatient.confirm(payment.confirm)).toEqual({ outcome: 'unknown' });
    expect(await gateway.lookUp(payment.key)).toEqual({ found: 'pending' });
    release();
    await eventually(async () => {
      expect(await gateway.lookUp(payment.key)).toMatchObject({ found: 'paid' });
    });
  });

  it('are never taken for paid with another amount', async () => {
    const payment = await approved();
    kakao.misbehave({ on: 'approve', how: 'charge', amount: AMOUNT + 1 });
    const confirmation = gateway.confirm(payment.confirm);
    await expect(confirmation).rejects.toThrow(PaymentDiffers);
    await expect(confirmation).rejects.toMatchObject({ differs: 'amount', provider: 'kakaopay' });
    await expect(gateway.confirm(payment.confirm)).rejects.toThrow(PaymentDiffers);
  });

  it('are never taken for paid by an answer about another order', async () => {
    const payment = await approved();
    const body = { partner_order_id: newId(), amount: { total: AMOUNT } };
    kakao.misbehave({ on: 'approve', how: 'answer', moment: 'before', status: 200, body });
    await expect(gateway.confirm(payment.confirm)).rejects.toMatchObject({ differs: 'order' });
  });

  it.each([
    ['no JSON', () => '<html>Bad Gateway</html>'],
    ['another object', () => ({ status: 'SUCCESS_PAYMENT' })],
    ['a status of the future', (id: string) => ({ partner_order_id: id, status: 'SETTLED' })],
    [
      'paid without an amount',
      (id: string) => ({ partner_order_id: id, status: 'SUCCESS_PAYMENT' }),
    ],
  ])('are unknown after an answer that is %s', async (_, bodyOf) => {
    const payment = await approved();
    const body = bodyOf(payment.orderId);
    for (const on of ['approve', 'order'] as const) {
      kakao.misbehave({ on, how: 'answer', moment: 'after', status: 200, body });
    }
    expect(await gateway.confirm(payment.confirm)).toEqual({ outcome: 'unknown' });
    await expect(gateway.lookUp(payment.key)).rejects.toMatchObject({ reason: 'unreadable' });
  });

  describe('go back', () => {
    it('as a whole and in parts, each once however often it is asked for', async () => {
      const { providerKey, key } = await paid();
      const [part, rest] = [refundOf(providerKey, 5000), refundOf(providerKey, AMOUNT - 5000)];
      await gateway.refund(part);
      await createGateway().refund(part);
      const refunds = [part, rest].map(({ refundId, amount }) => ({ refundId, amount }));
      const found = { found: 'paid', amount: AMOUNT, refundedAmount: 5000 };
      expect(await gateway.lookUp(key)).toEqual({ ...found, refunds: refunds.slice(0, 1) });
      await gateway.refund(rest);
      await gateway.refund(rest);
      await gateway.refund(part);
      expect(await gateway.lookUp(key)).toEqual({ ...found, refundedAmount: AMOUNT, refunds });
      expect(kakao.ledger.of(providerKey)).toMatchObject({ cancelled: AMOUNT, cancels: 2 });
    });

    it('at the console, too, which shows as what the shop never asked for', async () => {
      const { providerKey, key } = await paid();
      const part = refundOf(providerKey, 5000);
      await gateway.refund(part);
      await kakao.cancelAtConsole(providerKey, 3000);
      const refunds = [{ refundId: part.refundId, amount: 5000 }];
      const found = { found: 'paid', amount: AMOUNT, refunds };
      expect(await gateway.lookUp(key)).toEqual({ ...found, refundedAmount: 8000 });
      await kakao.cancelAtConsole(providerKey);
      expect(await gateway.lookUp(key)).toEqual({ ...found, refundedAmount: AMOUNT });
    });

    it.each([
      ['a time-out', 'hang', 'after'],
      ['a lost connection before', 'drop', 'before'],
      ['a lost connection after', 'drop', 'after'],
      ['an error after', 'error', 'after'],
    ] as const)('once across %s', async (_, how, moment) => {
      const { providerKey } = await paid();
      const refund = refundOf(providerKey, 5000);
      kakao.misbehave({ on: 'cancel', how, moment, times: 1 });
      const impatient = createGateway({ callTimeoutMs: 300 });
      await expect(impatient.refund(refund)).rejects.toThrow(ProviderUnavailable);
      await impatient.refund(refund);
      expect(kakao.ledger.of(providerKey)).toMatchObject({ cancelled: 5000, cancels: 1 });
    });

    it('once when two ask at the same time', async () => {
      const { providerKey } = await paid();
      const refund = refundOf(providerKey, 5000);
      let release = () => {};
      const until = new Promise<void>((resolve) => (release = resolve));
      kakao.misbehave({ on: 'cancel', how: 'wait', moment: 'before', until });
      const both = [gateway.refund(refund), createGateway().refund(refund)];
      await eventually(() => expect(sent('cancel')).toHaveLength(2));
      release();
      await Promise.all(both);
      expect(kakao.ledger.of(providerKey)).toMatchObject({ cancelled: 5000, cancels: 1 });
    });

    it('with the tax parts that they name, and the rest with the last one', async () => {
      const { providerKey } = await paid(3000);
      const parts = (taxFreeAmount: number, vatAmount: number) => ({ taxFreeAmount, vatAmount });
      await gateway.refund(refundOf(providerKey, 4000, newId(), parts(2500, 136)));
      await gateway.refund(refundOf(providerKey, 6000, newId(), parts(0, 546)));
      await gateway.refund(refundOf(providerKey, 2000, newId(), parts(0, 0)));
      const booked = kakao.ledger.find(providerKey);
      expect(booked?.taxFreeCancels).toEqual([2500, 0, 500]);
      expect(booked?.vatCancels).toEqual([136, 546, 136]);
      expect(booked?.status).toBe('CANCEL_PAYMENT');
    });

    it('with parts of what is left, where they name none or too much', async () => {
      const { providerKey } = await paid(3000);
      await gateway.refund(refundOf(providerKey, 4000));
      const tooMuch = { taxFreeAmount: 9999, vatAmount: 9999 };
      await gateway.refund(refundOf(providerKey, 6000, newId(), tooMuch));
      await gateway.refund(refundOf(providerKey, 2000));
      const booked = kakao.ledger.find(providerKey);
      expect(booked?.taxFreeCancels).toEqual([0, 3000, 0]);
      expect(booked?.vatCancels).toEqual([363, 455, 0]);
      expect(booked?.status).toBe('CANCEL_PAYMENT');
    });

    it('never more than was paid', async () => {
      const { providerKey } = await paid();
      await gateway.refund(refundOf(providerKey, 8000));
      const refund = gateway.refund(refundOf(providerKey, 8000));
      await expect(refund).rejects.toThrow(RefundRefused);
      await expect(refund).rejects.toMatchObject({ code: '-710' });
      expect(kakao.ledger.of(providerKey).cancelled).toBe(8000);
    });

    it('later, after a refusal that is not final', async () => {
      const { providerKey } = await paid();
      const refund = refundOf(providerKey);
      const body = { error_code: -781, extras: { method_result_code: 'BANK_FIRM_UNKNOWN' } };
      kakao.misbehave({
        on: 'cancel',
        how: 'answer',
        moment: 'before',
        status: 400,
        body,
        times: 1,
      });
      const failed = gateway.refund(refund);
      await expect(failed).rejects.toThrow(ProviderRefused);
      await expect(failed).rejects.not.toThrow(RefundRefused);
      await gateway.refund(refund);
      expect(kakao.ledger.of(providerKey).cancelled).toBe(AMOUNT);
    });
  });

  it.each([
    [{ secretKey: 'WRONG' }, { httpStatus: 401, code: '-401' }],
    [{ cid: 'TC0OTHERS1' }, { httpStatus: 400, code: '-731' }],
  ])('decide nothing with %j', async (settings, refusal) => {
    const payment = await approved();
    const stranger = createGateway(settings);
    expect(await stranger.confirm(payment.confirm)).toEqual({ outcome: 'unknown' });
    const refused = { name: 'ProviderRefused', ...refusal };
    await expect(stranger.lookUp(payment.key)).rejects.toMatchObject(refused);
    await expect(stranger.prepare(orderOf())).rejects.toMatchObject(refused);
    expect(kakao.ledger.of(payment.providerKey).charges).toBe(0);
  });

  it('are not approved without a token', async () => {
    const { charge } = await announced();
    const confirmation = gateway.confirm({ ...charge, approvalToken: null });
    await expect(confirmation).rejects.toThrow(TypeError);
    expect(sent('approve')).toEqual([]);
  });
});
