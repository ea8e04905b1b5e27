import { impossible } from '../../../src/platform/errors/impossible.ts';
import { newId } from '../../../src/platform/ids/id.ts';
import {
  approvePayment,
  cancelByHand,
  cancelPayment,
  failPayment,
  refused,
  showPayment,
  vatOf,
  WRONG_AMOUNTS,
  type KakaopayBooked,
} from './kakaopay-books.ts';
import { Ledger } from './ledger.ts';
import { Misbehaviours, type Rule } from './misbehaviour.ts';
import { perform, type Deed } from './perform.ts';
import { startProviderServer, type Answer, type Received } from './provider-server.ts';
import { Webhooks } from './webhooks.ts';

export type KakaopayOperation = 'ready' | 'approve' | 'order' | 'cancel';

export type KakaopayStandIn = {
  url: string;
  secretKey: string;
  /** What a shop needs to pay here, in this process or another one. */
  environment: { KAKAOPAY_API_URL: string; KAKAOPAY_SECRET_KEY: string };
  ledger: Ledger<KakaopayBooked>;
  webhooks: Webhooks;
  /** Every request that came in, newest last. */
  requests: Received[];
  misbehave: (rule: Rule<KakaopayOperation>) => void;
  /** Ends all misbehaviour. */
  behave: () => void;
  /** The shopper approved at Kakao Pay; gives the pg_token that the shopper comes back with. */
  shopperApproves: (tid: string) => string;
  /** The shopper gave up. */
  shopperQuits: (tid: string) => void;
  /** The time for approving is over. */
  expire: (tid: string) => void;
  /** Somebody gives money back at Kakao Pay's console: all that is left when no amount is given. */
  cancelAtConsole: (tid: string, amount?: number) => Promise<void>;
  /** Sends a hint that a payment changed. Resolves with the status of the answer. */
  announce: (tid: string, url: string) => Promise<number>;
  stop: () => Promise<void>;
};

const CID = 'TC0ONETIME';
const WRONG_CID = -731;
const PATH = /^\/online\/v1\/payment\/(?<operation>ready|approve|order|cancel)$/;

type Body = Record<string, unknown>;

/**
 * Kakao Pay's online payments as the documentation has them: paths, authentication, errors, no
 * idempotency, and books of its own that tell what really happened.
 */
export async function startKakaopayStandIn(
  secretKey = 'DEVSTANDIN0000000000',
): Promise<KakaopayStandIn> {
  const ledger = new Ledger<KakaopayBooked>();
  const webhooks = new Webhooks();
  const faults = new Misbehaviours<KakaopayOperation>();
  const requests: Received[] = [];

  const server = await startProviderServer(async (request) => {
    requests.push(request);
    if (request.headers.authorization !== `SECRET_KEY ${secretKey}`) return denied();
    const on = PATH.exec(request.path)?.groups?.operation as KakaopayOperation | undefined;
    if (on === undefined || request.method !== 'POST') return missing();
    const { body = {} } = request;
    if (body.cid !== CID) return refused(WRONG_CID);
    const tid = typeof body.tid === 'string' ? body.tid : undefined;
    return (await perform(deedOf(on, tid, body), faults.next(on, tid))).outcome;
  });

  function deedOf(on: KakaopayOperation, tid: string | undefined, body: Body): Deed {
    const payment = tid === undefined ? undefined : ledger.find(tid);
    const before = stateOf(payment);
    return {
      act: () => act(on, payment, body),
      decline: (code) => failPayment(payment, code ?? 'NOT_ENOUGH_MONEY'),
      misread: (amount) => {
        if (payment) payment.misread = amount;
      },
      tell: async () => {
        if (payment && stateOf(payment) !== before) await webhooks.changed(hintOf(payment));
      },
    };
  }

  function act(on: KakaopayOperation, payment: KakaopayBooked | undefined, body: Body): Answer {
    switch (on) {
      case 'ready':
        return ready(body);
      case 'approve':
        return approvePayment(payment, body);
      case 'order':
        return showPayment(payment);
      case 'cancel':
        return cancelPayment(payment, body);
      default:
        return impossible(on);
    }
  }

  function ready(body: Body): Answer {
    const key = `T${newId().replaceAll('-', '').slice(-19)}`;
    const createdAt = new Date().toISOString().slice(0, 19);
    const amount = Number(body.total_amount);
    const taxFreeAmount = Number(body.tax_free_amount);
    const vatAmount = vatOf(amount, taxFreeAmount, body.vat_amount);
    if (vatAmount === undefined) return refused(WRONG_AMOUNTS);
    ledger.add({
      key,
      orderId: String(body.partner_order_id),
      memberId: String(body.partner_user_id),
      amount,
      taxFreeAmount,
      vatAmount,
      taxFreeCancels: [],
      vatCancels: [],
      charges: [],
      cancels: [],
      status: 'READY',
      pgToken: null,
      isExpired: false,
      createdAt,
      approvedAt: null,
    });
    return {
      status: 200,
      body: {
        tid: key,
        next_redirect_app_url: `${server.url}/app/${key}`,
        next_redirect_mobile_url: `${server.url}/mobile/${key}`,
        next_redirect_pc_url: `${server.url}/pc/${key}`,
        android_app_scheme: `kakaotalk://kakaopay/pg?url=${server.url}/${key}`,
        ios_app_scheme: `kakaotalk://kakaopay/pg?url=${server.url}/${key}`,
        created_at: createdAt,
      },
    };
  }

  function known(tid: string): KakaopayBooked {
    const payment = ledger.find(tid);
    if (!payment) throw new Error(`Kakao Pay has no payment ${tid}`);
    return payment;
  }

  return {
    url: server.url,
    secretKey,
    environment: { KAKAOPAY_API_URL: server.url, KAKAOPAY_SECRET_KEY: secretKey },
    ledger,
    webhooks,
    requests,
    misbehave: (rule) => faults.add(rule),
    behave: () => faults.clear(),
    shopperApproves: (tid) => {
      const payment = known(tid);
      const pgToken = newId().replaceAll('-', '').slice(-20);
      payment.status = 'AUTH_PASSWORD';
      payment.pgToken = pgToken;
      return pgToken;
    },
    shopperQuits: (tid) => {
      known(tid).status = 'QUIT_PAYMENT';
    },
    expire: (tid) => {
      known(tid).isExpired = true;
    },
    cancelAtConsole: async (tid, amount) => {
      const payment = known(tid);
      cancelByHand(payment, amount);
      await webhooks.changed(hintOf(payment));
    },
    announce: (tid, url) => webhooks.send(url, hintOf(known(tid))),
    stop: () => {
      webhooks.stop();
      return server.stop();
    },
  };
}

function stateOf(payment: KakaopayBooked | undefined): string {
  return `${payment?.status} ${payment?.cancels.length}`;
}

function hintOf(payment: KakaopayBooked): Body {
  return { tid: payment.key, partner_order_id: payment.orderId };
}

function denied(): Answer {
  return { status: 401, body: { error_code: -401, error_message: 'invalid secret key' } };
}

function missing(): Answer {
  return { status: 404, body: { error_code: -404, error_message: 'no such address' } };
}
