import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../../src/platform/ids/id.ts';
import {
  PaymentDiffers,
  ProviderRefused,
  ProviderUnavailable,
  RefundRefused,
} from '../../../src/platform/payment-gateway/payment-errors.ts';
import type { PaymentGateway } from '../../../src/platform/payment-gateway/payment-gateway.ts';
import { createTossGateway } from '../../../src/platform/payment-gateway/toss-gateway.ts';
import { eventually } from '../../support/eventually.ts';
import {
  startTossStandIn,
  type TossStandIn,
} from '../../support/payment-providers/toss-stand-in.ts';

const HOUR_MS = 3_600_000;
const AMOUNT = 12_000;
const MEMBER = newId();

describe('payments by Toss', () => {
  let toss: TossStandIn;
  let gateway: PaymentGateway;
  let nowMs = Date.now();

  beforeAll(async () => {
    toss = await startTossStandIn();
  });
  afterAll(() => toss.stop());

  beforeEach(() => {
    toss.behave();
    toss.requests.length = 0;
    gateway = createGateway();
  });

  function createGateway(settings: { secretKey?: string; callTimeoutMs?: number } = {}) {
    const { url, secretKey } = toss;
    return createTossGateway({
      url,
      secretKey,
      callTimeoutMs: 5000,
      nowMs: () => nowMs,
      ...settings,
    });
  }

  type Approved = { method?: 'virtual account'; currency?: string; taxFreeAmount?: number };

  function approved(more: Approved = {}) {
    const orderId = newId();
    const providerKey = toss.shopperApproves({ orderId, amount: AMOUNT, ...more });
    const key = { providerKey, orderId };
    return {
      ...key,
      key,
      confirm: { ...key, approvalToken: null, memberId: MEMBER, amount: AMOUNT },
    };
  }

  async function paid(more: Approved = {}) {
    const payment = approved(more);
    await gateway.confirm(payment.confirm);
    return payment;
  }

  const refundOf = (providerKey: string, amount = AMOUNT, refundId = newId()) => ({
    providerKey,
    refundId,
    amount,
    taxParts: null,
    reason: '마음이 바뀌었어요',
  });

  it('are begun by the shopper, not by the shop', async () => {
    const request = { orderId: newId(), memberId: MEMBER, orderName: '향수', quantity: 1 };
    const taxParts = { taxFreeAmount: 0, vatAmount: 1091 };
    expect(await gateway.prepare({ ...request, amount: AMOUNT, taxParts })).toBeNull();
    expect(toss.requests).toEqual([]);
  });

  it('are charged once, and are found afterwards', async () => {
    const payment = approved();
    expect(await gateway.lookUp(payment.key)).toEqual({ found: 'pending' });
    expect(await gateway.confirm(payment.confirm)).toEqual({ outcome: 'paid', refundedAmount: 0 });
    const found = { found: 'paid', amount: AMOUNT, refundedAmount: 0, refunds: [] };
    expect(await gateway.lookUp(payment.key)).toEqual(found);
    expect(toss.ledger.of(payment.providerKey)).toMatchObject({ charged: AMOUNT, charges: 1 });
  });

  it('are found as nothing when Toss does not know them', async () => {
    expect(await gateway.lookUp({ providerKey: 'made-up', orderId: newId() })).toEqual({
      found: 'nothing',
    });
    for (const providerKey of ['..', '.', '']) {
      expect(await gateway.lookUp({ providerKey, orderId: newId() })).toEqual({ found: 'nothing' });
    }
    expect(toss.requests.map(({ path }) => path)).toEqual(['/v1/payments/made-up']);
  });

  it('stay one part of the address, whatever the key', async () => {
    await gateway.lookUp({ providerKey: 'a/../../b?c#d', orderId: newId() });
    expect(toss.requests.at(-1)?.path).toBe('/v1/payments/a%2F..%2F..%2Fb%3Fc%23d');
  });

  it('pay no other order than their own', async () => {
    const payment = await paid();
    const other = { ...payment.key, orderId: newId() };
    const declined = { code: 'PAYMENT_OF_ANOTHER_ORDER' };
    expect(await gateway.lookUp(other)).toEqual({ found: 'declined', ...declined });
    expect(await gateway.confirm({ ...payment.confirm, ...other })).toEqual({ outcome: 'unknown' });
  });

  it.each(['REJECT_CARD_PAYMENT', 'EXCEED_MAX_ONE_DAY_AMOUNT'])(
    'are declined by %s, for good',
    async (code) => {
      const payment = approved();
      toss.misbehave({ on: 'confirm', payment: payment.providerKey, how: 'decline', code });
      expect(await gateway.confirm(payment.confirm)).toEqual({ outcome: 'declined', code });
      expect(await gateway.lookUp(payment.key)).toEqual({ found: 'declined', code });
      expect(toss.ledger.of(payment.providerKey).charges).toBe(0);
    },
  );

  it('are declined when the shopper approved them too long ago', async () => {
    const payment = approved();
    toss.expire(payment.providerKey);
    const code = 'NOT_FOUND_PAYMENT_SESSION';
    expect(await gateway.confirm(payment.confirm)).toEqual({ outcome: 'declined', code });
    expect(await gateway.lookUp(payment.key)).toEqual({ found: 'declined', code: 'EXPIRED' });
  });

  it.each(['PROVIDER_ERROR', 'ALREADY_PROCESSED_PAYMENT', 'CODE_OF_THE_FUTURE'])(
    'are neither paid nor declined by %s',
    async (code) => {
      const body = { code, message: '' };
      toss.misbehave({ on: 'confirm', how: 'answer', moment: 'before', status: 400, body });
      expect(await gateway.confirm(approved().confirm)).toEqual({ outcome: 'unknown' });
    },
  );

  it('are unknown after a time-out, and found paid: charged once', async () => {
    const payment = approved();
    toss.misbehave({ on: 'confirm', how: 'hang', moment: 'after', times: 1 });
    const impatient = createGateway({ callTimeoutMs: 200 });
    expect(await impatient.confirm(payment.confirm)).toEqual({ outcome: 'unknown' });
    expect(await gateway.lookUp(payment.key)).toMatchObject({ found: 'paid', amount: AMOUNT });
    expect(await gateway.confirm(payment.confirm)).toEqual({ outcome: 'paid', refundedAmount: 0 });
    expect(toss.ledger.of(payment.providerKey)).toMatchObject({ charged: AMOUNT, charges: 1 });
  });

  it('may be charged long after the shop gave up waiting', async () => {
    const payment = approved();
    let release = () => {};
    const until = new Promise<void>((resolve) => (release = resolve));
    toss.misbehave({ on: 'confirm', how: 'wait', moment: 'before', until });
    const impatient = createGateway({ callTimeoutMs: 200 });
    expect(await impatient.confirm(payment.confirm)).toEqual({ outcome: 'unknown' });
    expect(await gateway.lookUp(payment.key)).toEqual({ found: 'pending' });
    release();
    await eventually(async () => {
      expect(await gateway.lookUp(payment.key)).toMatchObject({ found: 'paid' });
    });
  });

  it.each([
    ['a lost connection before', 'drop', 'before'],
    ['a lost connection after', 'drop', 'after'],
    ['an error before', 'error', 'before'],
    ['an error after', 'error', 'after'],
  ] as const)('are charged once across %s the charge', async (_, how, moment) => {
    const payment = approved();
    toss.misbehave({ on: 'confirm', how, moment, times: 2 });
    expect(await gateway.confirm(payment.confirm)).toEqual({ outcome: 'paid', refundedAmount: 0 });
    expect(toss.ledger.of(payment.providerKey)).toMatchObject({ charged: AMOUNT, charges: 1 });
    const keys = toss.requests.map(({ headers }) => headers['idempotency-key']);
    expect(keys.length).toBeGreaterThan(1);
    expect(new Set(keys).size).toBe(1);
  });

  it('are asked for under keys that no two payments share', async () => {
    await paid();
    await paid();
    const keys = toss.requests.map(({ headers }) => headers['idempotency-key'] ?? '');
    expect(new Set(keys).size).toBe(2);
    expect(Math.max(...keys.map(({ length }) => length))).toBeLessThanOrEqual(300);
  });

  it('are confirmed by two at once, and charged once', async () => {
    const payment = approved();
    const outcomes = await Promise.all([
      gateway.confirm(payment.confirm),
      createGateway().confirm(payment.confirm),
    ]);
    expect(outcomes).toEqual([
      { outcome: 'paid', refundedAmount: 0 },
      { outcome: 'paid', refundedAmount: 0 },
    ]);
    expect(toss.ledger.of(payment.providerKey).charges).toBe(1);
  });

  it('are never taken for paid with another amount', async () => {
    const payment = approved();
    toss.misbehave({ on: 'confirm', how: 'charge', amount: AMOUNT - 1 });
    const confirmation = gateway.confirm(payment.confirm);
    await expect(confirmation).rejects.toThrow(PaymentDiffers);
    await expect(confirmation).rejects.toMatchObject({ differs: 'amount', provider: 'toss' });
    expect(await gateway.lookUp(payment.key)).toMatchObject({ found: 'paid', amount: AMOUNT - 1 });
  });

  it('are never taken for paid in another currency', async () => {
    const payment = approved({ currency: 'JPY' });
    const differs = { name: 'PaymentDiffers', differs: 'currency' };
    await expect(gateway.confirm(payment.confirm)).rejects.toMatchObject(differs);
    await expect(gateway.lookUp(payment.key)).rejects.toMatchObject(differs);
  });

  it.each([
    ['no JSON', '<html>Bad Gateway</html>'],
    ['another object', { status: 'DONE' }],
    ['a status of the future', { status: 'SETTLED' }],
    ['an amount that is text', { status: 'DONE', totalAmount: '12000' }],
  ])('are unknown after an answer that is %s', async (_, body) => {
    const payment = approved();
    const whole =
      typeof body === 'string'
        ? body
        : { orderId: payment.orderId, currency: 'KRW', balanceAmount: 0, ...body };
    for (const on of ['confirm', 'lookUp'] as const) {
      toss.misbehave({ on, how: 'answer', moment: 'after', status: 200, body: whole });
    }
    expect(await gateway.confirm(payment.confirm)).toEqual({ outcome: 'unknown' });
    await expect(gateway.lookUp(payment.key)).rejects.toMatchObject({ reason: 'unreadable' });
  });

  describe('to a virtual account', () => {
    const declined = { code: 'VIRTUAL_ACCOUNT_NOT_SUPPORTED' };

    it('are declined, and the account is closed', async () => {
      const payment = approved({ method: 'virtual account' });
      expect(await gateway.confirm(payment.confirm)).toEqual({ outcome: 'declined', ...declined });
      expect(toss.ledger.find(payment.providerKey)?.status).toBe('CANCELED');
      expect(await gateway.lookUp(payment.key)).toEqual({ found: 'declined', ...declined });
    });

    it('are not called declined while the account is open', async () => {
      const payment = approved({ method: 'virtual account' });
      toss.misbehave({ on: 'cancel', how: 'error', moment: 'before' });
      expect(await gateway.confirm(payment.confirm)).toEqual({ outcome: 'unknown' });
      await expect(gateway.lookUp(payment.key)).rejects.toThrow(ProviderUnavailable);
      toss.behave();
      expect(await createGateway().lookUp(payment.key)).toEqual({ found: 'declined', ...declined });
      expect(toss.ledger.find(payment.providerKey)?.status).toBe('CANCELED');
    });

    it('are paid when the money came all the same', async () => {
      const payment = approved({ method: 'virtual account' });
      toss.misbehave({ on: 'cancel', how: 'drop', moment: 'before' });
      await gateway.confirm(payment.confirm);
      toss.shopperDeposits(payment.providerKey);
      expect(await gateway.lookUp(payment.key)).toMatchObject({ found: 'paid', amount: AMOUNT });
    });
  });

  describe('go back', () => {
    it('as a whole and in parts, each once however often it is asked for', async () => {
      const { providerKey, key } = await paid();
      const [part, rest] = [refundOf(providerKey, 5000), refundOf(providerKey, AMOUNT - 5000)];
      await gateway.refund(part);
      await gateway.refund(part);
      const refunds = [part, rest].map(({ refundId, amount }) => ({ refundId, amount }));
      const found = { found: 'paid', amount: AMOUNT, refundedAmount: 5000 };
      expect(await gateway.lookUp(key)).toEqual({ ...found, refunds: refunds.slice(0, 1) });
      await gateway.refund(rest);
      nowMs += 16 * 24 * HOUR_MS;
      await createGateway().refund(rest);
      await createGateway().refund(part);
      expect(await gateway.lookUp(key)).toEqual({ ...found, refundedAmount: AMOUNT, refunds });
      expect(toss.ledger.of(providerKey)).toMatchObject({ cancelled: AMOUNT, cancels: 2 });
    });

    it('at the console, too, which shows as what the shop never asked for', async () => {
      const { providerKey, key } = await paid();
      const part = refundOf(providerKey, 5000);
      await gateway.refund(part);
      await toss.cancelAtConsole(providerKey, 3000);
      const refunds = [{ refundId: part.refundId, amount: 5000 }];
      const found = { found: 'paid', amount: AMOUNT, refunds };
      expect(await gateway.lookUp(key)).toEqual({ ...found, refundedAmount: 8000 });
      await toss.cancelAtConsole(providerKey);
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
      toss.misbehave({ on: 'cancel', how, moment, times: 3 });
      const impatient = createGateway({ callTimeoutMs: 1000 });
      await eventually(() => impatient.refund(refund));
      expect(toss.ledger.of(providerKey)).toMatchObject({ cancelled: 5000, cancels: 1 });
    });

    it('once when two ask at the same time, on either side of an hour', async () => {
      const { providerKey } = await paid();
      const refund = refundOf(providerKey, 5000);
      let release = () => {};
      const until = new Promise<void>((resolve) => (release = resolve));
      toss.misbehave({ on: 'cancel', how: 'wait', moment: 'before', until, times: 2 });
      const first = gateway.refund(refund);
      await eventually(() => expect(toss.requests.at(-1)?.path).toMatch(/cancel$/));
      nowMs += HOUR_MS;
      const second = createGateway().refund(refund);
      const cancels = () => toss.requests.filter(({ path }) => path.endsWith('/cancel'));
      await eventually(() => expect(cancels()).toHaveLength(2));
      release();
      await Promise.all([first, second]);
      expect(toss.ledger.of(providerKey)).toMatchObject({ cancelled: 5000, cancels: 1 });
    });

    it('later, after a refusal that is not final', async () => {
      const { providerKey } = await paid();
      const refund = refundOf(providerKey);
      const body = { code: 'PROVIDER_ERROR', message: '' };
      const passing = { how: 'answer', moment: 'before', status: 400, body, times: 1 } as const;
      toss.misbehave({ on: 'cancel', ...passing });
      const failed = gateway.refund(refund);
      await expect(failed).rejects.toThrow(ProviderRefused);
      await expect(failed).rejects.not.toThrow(RefundRefused);
      await gateway.refund(refund);
      expect(toss.ledger.of(providerKey).cancelled).toBe(AMOUNT);
    });

    it('later, when Toss keeps its first, failing answer', async () => {
      const { providerKey } = await paid();
      const refund = refundOf(providerKey);
      toss.misbehave({ on: 'cancel', how: 'error', moment: 'before', isKept: true, times: 1 });
      await expect(gateway.refund(refund)).rejects.toThrow(ProviderUnavailable);
      nowMs += HOUR_MS;
      await createGateway().refund(refund);
      expect(toss.ledger.of(providerKey).cancelled).toBe(AMOUNT);
    });

    it('with the part that is free of VAT, and the rest of it with the last one', async () => {
      const { providerKey } = await paid({ taxFreeAmount: 3000 });
      const parts = (taxFreeAmount: number) => ({ taxFreeAmount, vatAmount: 0 });
      await gateway.refund({ ...refundOf(providerKey, 4000), taxParts: parts(2500) });
      await gateway.refund({ ...refundOf(providerKey, 6000), taxParts: parts(0) });
      await gateway.refund(refundOf(providerKey, 2000));
      expect(toss.ledger.find(providerKey)?.taxFreeCancels).toEqual([2500, 0, 500]);
    });

    it('never more than was paid', async () => {
      const { providerKey } = await paid();
      await gateway.refund(refundOf(providerKey, 8000));
      const refund = gateway.refund(refundOf(providerKey, 8000));
      await expect(refund).rejects.toThrow(RefundRefused);
      await expect(refund).rejects.toMatchObject({ code: 'NOT_CANCELABLE_AMOUNT' });
      expect(toss.ledger.of(providerKey).cancelled).toBe(8000);
    });

    it('not yet, when the payment cannot be found', async () => {
      const refund = gateway.refund(refundOf('made-up'));
      await expect(refund).rejects.toThrow(ProviderRefused);
      await expect(refund).rejects.not.toThrow(RefundRefused);
    });

    it('with a reason as long as Toss takes', async () => {
      const { providerKey } = await paid();
      await gateway.refund({ ...refundOf(providerKey), reason: '가🌸'.repeat(70) });
      expect(toss.ledger.of(providerKey).cancelled).toBe(AMOUNT);
    });
  });

  it('decide nothing with a wrong key', async () => {
    const payment = approved();
    const stranger = createGateway({ secretKey: 'test_sk_wrong' });
    expect(await stranger.confirm(payment.confirm)).toEqual({ outcome: 'unknown' });
    await expect(stranger.lookUp(payment.key)).rejects.toMatchObject({
      name: 'ProviderRefused',
      httpStatus: 401,
      code: 'UNAUTHORIZED_KEY',
    });
    expect(toss.ledger.of(payment.providerKey).charges).toBe(0);
  });
});
