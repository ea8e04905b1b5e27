import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../../src/platform/ids/id.ts';
import { createPaymentGateways } from '../../../src/platform/payment-gateway/create-payment-gateways.ts';
import type { ProviderError } from '../../../src/platform/payment-gateway/payment-errors.ts';
import { createTossGateway } from '../../../src/platform/payment-gateway/toss-gateway.ts';
import { eventually } from '../../support/eventually.ts';
import { startProviderServer } from '../../support/payment-providers/provider-server.ts';
import {
  startTossStandIn,
  type TossStandIn,
} from '../../support/payment-providers/toss-stand-in.ts';

const SECRET = 'test_sk_never-to-be-seen';
const FAILURES_THAT_OPEN = 5;

describe('calls to a payment provider', () => {
  let toss: TossStandIn;

  beforeAll(async () => {
    toss = await startTossStandIn(SECRET);
  });
  afterAll(() => toss.stop());

  beforeEach(() => {
    toss.behave();
    toss.requests.length = 0;
  });

  function createGateway(settings: { callTimeoutMs?: number; restMs?: number; url?: string } = {}) {
    return createTossGateway({
      url: toss.url,
      secretKey: SECRET,
      callTimeoutMs: 2000,
      restMs: 60_000,
      ...settings,
    });
  }

  const anyPayment = () => {
    const orderId = newId();
    return { orderId, providerKey: toss.shopperApproves({ orderId, amount: 1000 }) };
  };

  it('are repeated a few times, and then given up', async () => {
    toss.misbehave({ on: 'lookUp', how: 'error', moment: 'before' });
    await expect(createGateway().lookUp(anyPayment())).rejects.toMatchObject({
      name: 'ProviderUnavailable',
      reason: 'server_error',
      httpStatus: 500,
      code: 'FAILED_INTERNAL_SYSTEM_PROCESSING',
    });
    expect(toss.requests).toHaveLength(3);
  });

  it('are repeated when the provider is busy with the same thing', async () => {
    const body = { code: 'FORBIDDEN_CONSECUTIVE_REQUEST', message: '' };
    const busy = { on: 'lookUp', how: 'answer', moment: 'before', body, times: 1 } as const;
    toss.misbehave({ ...busy, status: 403 });
    toss.misbehave({ ...busy, status: 429, body: {} });
    expect(await createGateway().lookUp(anyPayment())).toEqual({ found: 'pending' });
    expect(toss.requests).toHaveLength(3);
  });

  it('take no longer than they may, repeats included', async () => {
    toss.misbehave({ on: 'lookUp', how: 'hang', moment: 'before' });
    const startedAt = performance.now();
    const look = createGateway({ callTimeoutMs: 300 }).lookUp(anyPayment());
    await expect(look).rejects.toMatchObject({ reason: 'timeout', httpStatus: null });
    expect(performance.now() - startedAt).toBeLessThan(1500);
    expect(toss.requests).toHaveLength(1);
  });

  it('name what failed in the network', async () => {
    const gone = await startTossStandIn();
    await gone.stop();
    const look = createGateway({ url: gone.url }).lookUp(anyPayment());
    await expect(look).rejects.toMatchObject({ reason: 'connection', code: 'ECONNREFUSED' });
  });

  it('carry the key to no other address', async () => {
    const headers = { location: `${toss.url}/v1/payments/moved` };
    const moved = await startProviderServer(async () => ({ status: 307, headers, body: {} }));
    try {
      const look = createGateway({ url: moved.url }).lookUp(anyPayment());
      await expect(look).rejects.toMatchObject({ reason: 'connection' });
      expect(toss.requests).toEqual([]);
    } finally {
      await moved.stop();
    }
  });

  it('stop for a while after a run of failures, and begin again', async () => {
    toss.misbehave({ on: 'lookUp', how: 'error', moment: 'before' });
    const gateway = createGateway({ restMs: 400 });
    const payment = anyPayment();
    const open = { reason: 'circuit_open' };
    await eventually(() => expect(gateway.lookUp(payment)).rejects.toMatchObject(open));
    expect(toss.requests.length).toBe(FAILURES_THAT_OPEN);

    toss.behave();
    await eventually(async () => {
      expect(await gateway.lookUp(payment)).toEqual({ found: 'pending' });
    });
  });

  it('leave a payment unknown while they are stopped', async () => {
    toss.misbehave({ on: 'lookUp', how: 'drop', moment: 'before' });
    const gateway = createGateway();
    const payment = anyPayment();
    await eventually(() =>
      expect(gateway.lookUp(payment)).rejects.toMatchObject({ reason: 'circuit_open' }),
    );
    const confirm = { ...payment, approvalToken: null, memberId: newId(), amount: 1000 };
    expect(await gateway.confirm(confirm)).toEqual({ outcome: 'unknown' });
    expect(toss.ledger.of(payment.providerKey).charges).toBe(0);
  });

  it('go on however often they are refused', async () => {
    const gateway = createGateway();
    const nothing = { found: 'nothing' };
    for (let call = 0; call <= FAILURES_THAT_OPEN; call += 1) {
      expect(await gateway.lookUp({ providerKey: 'made-up', orderId: newId() })).toEqual(nothing);
    }
  });

  it.each([
    ['an error', { how: 'error', moment: 'before' }],
    ['a lost connection', { how: 'drop', moment: 'before' }],
    ['a time-out', { how: 'hang', moment: 'before' }],
    ['no JSON', { how: 'answer', moment: 'before', status: 200, body: '<b>010-1234-5678</b>' }],
    [
      'a refusal that repeats the key',
      {
        how: 'answer',
        moment: 'before',
        status: 400,
        body: { code: `010-1234-5678 ${SECRET}`, message: SECRET },
      },
    ],
  ] as const)('tell neither the key nor the answer after %s', async (_, fault) => {
    toss.misbehave({ on: 'lookUp', ...fault });
    const look = createGateway({ callTimeoutMs: 500 }).lookUp(anyPayment());
    const error = await look.then(
      () => {
        throw new Error('it did not fail');
      },
      (reason: unknown) => reason as ProviderError,
    );
    const everything = inspect(error, { depth: 10, showHidden: true });
    expect(everything).toContain('toss, look up');
    expect(everything).not.toContain(SECRET);
    expect(everything).not.toContain(Buffer.from(`${SECRET}:`).toString('base64'));
    expect(everything).not.toContain('010-1234-5678');
  });

  it('are there for the providers that are configured', () => {
    const rest = { storefrontUrl: 'http://localhost:3000', callTimeoutMs: 1000 };
    const { url } = toss;
    const both = createPaymentGateways({
      ...rest,
      toss: { url, secretKey: SECRET },
      kakaopay: { url, secretKey: SECRET, cid: 'TC0ONETIME' },
    });
    expect([...both.keys()]).toEqual(['toss', 'kakaopay']);
    const none = createPaymentGateways({ ...rest, toss: undefined, kakaopay: undefined });
    expect(none.size).toBe(0);
  });
});
