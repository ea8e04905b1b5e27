import { newId } from '../../../src/platform/ids/id.ts';
import { Ledger } from './ledger.ts';
import { Misbehaviours, type Rule } from './misbehaviour.ts';
import { perform, type Deed } from './perform.ts';
import {
  startProviderServer,
  type Answer,
  type Outcome,
  type Received,
} from './provider-server.ts';
import {
  abortPayment,
  approve,
  cancelByHand,
  cancelPayment,
  confirmPayment,
  paymentObject,
  refused,
  VIRTUAL_ACCOUNT,
  type TossBooked,
} from './toss-books.ts';
import { Webhooks } from './webhooks.ts';

export type TossOperation = 'confirm' | 'lookUp' | 'cancel';

export type TossStandIn = {
  url: string;
  secretKey: string;
  /** What a shop needs to pay here, in this process or another one. */
  environment: { TOSS_API_URL: string; TOSS_SECRET_KEY: string };
  ledger: Ledger<TossBooked>;
  webhooks: Webhooks;
  /** Every request that came in, newest last. */
  requests: Received[];
  misbehave: (rule: Rule<TossOperation>) => void;
  /** Ends all misbehaviour. */
  behave: () => void;
  /** The shopper chose how to pay in the widget and approved; gives the paymentKey. */
  shopperApproves: (payment: {
    orderId: string;
    amount: number;
    /** What the shopper's page told the widget; 0 when not given. */
    taxFreeAmount?: number;
    method?: 'card' | 'virtual account';
    currency?: string;
  }) => string;
  /** The shopper pays into the account of a payment that waits for it. */
  shopperDeposits: (paymentKey: string) => void;
  /** The shopper did not come back in time. */
  expire: (paymentKey: string) => void;
  /** Somebody gives money back at Toss' console: all that is left when no amount is given. */
  cancelAtConsole: (paymentKey: string, amount?: number) => Promise<void>;
  /** Sends the webhook of a payment as it is now. Resolves with the status of the answer. */
  announce: (paymentKey: string, url: string) => Promise<number>;
  stop: () => Promise<void>;
};

const PAYMENT_PATH = /^\/v1\/payments\/(?<key>[^/]+)(?<cancel>\/cancel)?$/;

type Asked = { on: TossOperation; key: string; deed: Deed };

/**
 * Toss Payments as its documentation has it: paths, authentication, errors, idempotency keys (kept by
 * key, method and address), and books of its own that tell what really happened.
 */
export async function startTossStandIn(secretKey = 'test_sk_stand-in'): Promise<TossStandIn> {
  const ledger = new Ledger<TossBooked>();
  const webhooks = new Webhooks();
  const faults = new Misbehaviours<TossOperation>();
  const requests: Received[] = [];
  /** Answers by idempotency key; `processing` while there is none. */
  const answers = new Map<string, Answer | 'processing'>();

  const server = await startProviderServer(async (request) => {
    requests.push(request);
    const denied = deny(request, secretKey);
    if (denied) return denied;
    const asked = route(request);
    return asked ? once(request, asked) : refused(404, 'NOT_FOUND');
  });

  function route({ method, path, body = {} }: Received): Asked | undefined {
    if (method === 'POST' && path === '/v1/payments/confirm') {
      const key = String(body.paymentKey);
      const { orderId, amount } = body;
      return {
        on: 'confirm',
        key,
        deed: deedOn(key, (p) => confirmPayment(p, { orderId, amount })),
      };
    }
    const groups = PAYMENT_PATH.exec(path)?.groups;
    const key = decodeURIComponent(groups?.key ?? '');
    if (method === 'GET' && groups && groups.cancel === undefined) {
      return { on: 'lookUp', key, deed: deedOn(key, show) };
    }
    if (method === 'POST' && groups?.cancel !== undefined) {
      const { cancelReason, cancelAmount, taxFreeAmount, refundableAmount } = body;
      const asked = { cancelReason, cancelAmount, taxFreeAmount, refundableAmount };
      return { on: 'cancel', key, deed: deedOn(key, (p) => cancelPayment(p, asked)) };
    }
    return undefined;
  }

  function deedOn(key: string, act: (payment: TossBooked | undefined) => Answer): Deed {
    const payment = ledger.find(key);
    const before = stateOf(payment);
    return {
      act: () => act(payment),
      decline: (code) => abortPayment(payment, code ?? 'REJECT_CARD_PAYMENT'),
      misread: (amount) => {
        if (payment) payment.misread = amount;
      },
      tell: async () => {
        if (payment && stateOf(payment) !== before) await webhooks.changed(webhookOf(payment));
      },
    };
  }

  async function once(request: Received, { on, key, deed }: Asked): Promise<Outcome> {
    const idempotencyKey = request.headers['idempotency-key'];
    if (idempotencyKey === undefined || request.method !== 'POST') {
      return (await perform(deed, faults.next(on, key))).outcome;
    }
    if (idempotencyKey.length > 300) return refused(400, 'INVALID_IDEMPOTENCY_KEY');
    const slot = `${request.method} ${request.path} ${idempotencyKey}`;
    const first = answers.get(slot);
    if (first === 'processing') return refused(409, 'IDEMPOTENT_REQUEST_PROCESSING');
    if (first) return first;
    answers.set(slot, 'processing');
    const { outcome, kept } = await perform(deed, faults.next(on, key));
    if (kept) answers.set(slot, kept);
    else answers.delete(slot);
    return outcome;
  }

  function known(paymentKey: string): TossBooked {
    const payment = ledger.find(paymentKey);
    if (!payment) throw new Error(`Toss has no payment ${paymentKey}`);
    return payment;
  }

  return {
    url: server.url,
    secretKey,
    environment: { TOSS_API_URL: server.url, TOSS_SECRET_KEY: secretKey },
    ledger,
    webhooks,
    requests,
    misbehave: (rule) => faults.add(rule),
    behave: () => faults.clear(),
    shopperApproves: (approved) => {
      const { orderId, amount, taxFreeAmount = 0, method = 'card', currency = 'KRW' } = approved;
      const key = `tviva${newId().replaceAll('-', '')}`;
      ledger.add({
        key,
        orderId,
        amount,
        taxFreeAmount,
        taxFreeCancels: [],
        charges: [],
        cancels: [],
        status: 'IN_PROGRESS',
        method: method === 'card' ? '카드' : VIRTUAL_ACCOUNT,
        currency,
        requestedAt: new Date().toISOString(),
        approvedAt: null,
        failure: null,
      });
      return key;
    },
    shopperDeposits: (paymentKey) => approve(known(paymentKey)),
    expire: (paymentKey) => {
      known(paymentKey).status = 'EXPIRED';
    },
    cancelAtConsole: async (paymentKey, amount) => {
      const payment = known(paymentKey);
      cancelByHand(payment, amount);
      await webhooks.changed(webhookOf(payment));
    },
    announce: (paymentKey, url) => webhooks.send(url, webhookOf(known(paymentKey))),
    stop: () => {
      webhooks.stop();
      return server.stop();
    },
  };
}

function deny({ headers }: Received, secretKey: string): Answer | undefined {
  const [, encoded = ''] = /^Basic (.+)$/.exec(headers.authorization ?? '') ?? [];
  const credentials = Buffer.from(encoded, 'base64').toString();
  if (!credentials.includes(':')) return refused(403, 'INCORRECT_BASIC_AUTH_FORMAT');
  return credentials === `${secretKey}:` ? undefined : refused(401, 'UNAUTHORIZED_KEY');
}

function stateOf(payment: TossBooked | undefined): string {
  return `${payment?.status} ${payment?.cancels.length}`;
}

function show(payment: TossBooked | undefined): Answer {
  return payment
    ? { status: 200, body: paymentObject(payment) }
    : refused(404, 'NOT_FOUND_PAYMENT');
}

/** https://docs.tosspayments.com/reference/using-api/webhook-events#payment_status_changed */
function webhookOf(payment: TossBooked): Record<string, unknown> {
  return {
    eventType: 'PAYMENT_STATUS_CHANGED',
    createdAt: new Date().toISOString(),
    data: paymentObject(payment),
  };
}
