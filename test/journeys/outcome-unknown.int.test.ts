import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../src/platform/ids/id.ts';
import { CuttingProxy, type ChooseCut } from '../faults/support/cutting-proxy.ts';
import type { Answer, RequestOptions } from '../support/api-client.ts';
import { eventually } from '../support/eventually.ts';
import { createProduct, createShopper, orderOf, type Shopper } from '../support/factories.ts';
import { startShop, type TestShop } from '../support/start-shop.ts';

let shop: TestShop;
let proxy: CuttingProxy;
let folder: string;
let shopper: Shopper;
let skuId: string;
let chooseCut: ChooseCut | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cut-'));
  shop = await startShop({}, async (databaseUrl) => {
    proxy = await CuttingProxy.start(databaseUrl, join(folder, 's'), (statement, earlier) =>
      chooseCut?.(statement, earlier),
    );
    return proxy.url;
  });
  shopper = await createShopper(shop, 10_000_000);
  ({ skuId } = await createProduct(shop, { price: 10_000, stock: 1000 }));
});
afterEach(async () => {
  chooseCut = undefined;
  proxy.endOutage();
  await eventually(async () => {
    expect((await fetch(`${shop.url}/health/ready`)).status).toBe(200);
  });
});
afterAll(async () => {
  await shop.stop();
  await proxy.stop();
  await rm(folder, { recursive: true, force: true });
});

const isAmong = (pattern: RegExp, statements: readonly string[]) =>
  statements.some((statement) => pattern.test(statement));

/** The database does the COMMIT of a transaction with such a statement, and is gone before it says so. */
function loseCommitOf(pattern: RegExp): void {
  chooseCut = (statement, earlier) => {
    if (statement !== 'COMMIT' || !isAmong(pattern, earlier)) return undefined;
    chooseCut = undefined;
    setImmediate(() => proxy.beginOutage());
    return 'committed';
  };
}

/** The database is gone as soon as somebody wants to read, once such a transaction has been committed. */
function loseReadsAfter(pattern: RegExp): void {
  let isCommitted = false;
  chooseCut = (statement, earlier) => {
    if (statement === 'COMMIT' && isAmong(pattern, earlier)) isCommitted = true;
    if (!isCommitted || !/^\s*select/i.test(statement)) return undefined;
    chooseCut = undefined;
    proxy.beginOutage();
    return 'lost';
  };
}

/** The database is gone before anything is committed. */
function loseBefore(pattern: RegExp): void {
  chooseCut = (statement) => {
    if (!pattern.test(statement)) return undefined;
    chooseCut = undefined;
    proxy.beginOutage();
    return 'lost';
  };
}

const CANCELS = /update .?order_orders/i;

async function placed(): Promise<string> {
  const { token } = shopper;
  const answer = await shop.api.post('/orders', { token, body: orderOf(skuId) });
  expect(answer).toMatchObject({ status: 201, body: { state: 'paid' } });
  await shop.app.backbone.settled();
  return answer.body.id;
}

const cancel = (orderId: string, more: RequestOptions = {}) =>
  shop.api.post(`/orders/${orderId}/cancel`, {
    token: shopper.token,
    body: { reason: 'no longer wanted' },
    ...more,
  });

/** Asks where a problem says, as soon as the database is back. */
async function ask({ body }: Answer, token: string): Promise<Answer> {
  proxy.endOutage();
  return eventually(async () => {
    const answer = await shop.api.get(body.resource.replace('/api/v1', ''), { token });
    expect(answer.status).toBeLessThan(500);
    return answer;
  });
}

describe('a cancellation', () => {
  const key = () => ({ headers: { 'idempotency-key': newId() } });

  it.each([
    ['whose COMMIT nobody answered', loseCommitOf],
    ['that was done, and whose order cannot be read', loseReadsAfter],
  ])('%s is told as unknown, with the address of the order', async (_, lose) => {
    const orderId = await placed();
    const sent = key();
    lose(CANCELS);
    const answer = await cancel(orderId, sent);
    expect(answer.body).toMatchObject({
      status: 503,
      code: 'outcome_unknown',
      resource: `/api/v1/orders/${orderId}`,
    });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await ask(answer, shopper.token)).body).toMatchObject({ state: 'cancelled' });
    const again = await cancel(orderId, sent);
    expect(again).toMatchObject({ status: 200, body: { state: 'cancelled' } });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  it('that was certainly not done says so, and can be sent again without a key', async () => {
    const orderId = await placed();
    loseBefore(CANCELS);
    const answer = await cancel(orderId);
    expect(answer.body).toMatchObject({ status: 503, code: 'database_unavailable' });
    expect(answer.body).not.toHaveProperty('resource');
    proxy.endOutage();
    expect((await cancel(orderId)).body).toMatchObject({ state: 'cancelled' });
  });

  it('is the own one when its COMMIT went unanswered and the database can be asked', async () => {
    const orderId = await placed();
    chooseCut = (statement, earlier) => {
      if (statement !== 'COMMIT' || !isAmong(CANCELS, earlier)) return undefined;
      chooseCut = undefined;
      return 'committed';
    };
    expect(await cancel(orderId)).toMatchObject({ status: 200, body: { state: 'cancelled' } });
  });

  it('is not taken for the own one when the question about it is lost as well', async () => {
    const orderId = await placed();
    let losses = 0;
    chooseCut = (statement, earlier) => {
      const isCommit = statement === 'COMMIT' && isAmong(CANCELS, earlier);
      const isQuestion = losses > 0 && /INSERT INTO platform_outbox/.test(statement);
      if (losses === 3 || !(isCommit || isQuestion)) return undefined;
      losses += 1;
      return 'committed';
    };
    expect(await cancel(orderId)).toMatchObject({ status: 200, body: { state: 'cancelled' } });
    expect(losses).toBe(3);
  });
});

describe('a placement', () => {
  it('whose COMMIT nobody answered names the order that it may have made', async () => {
    const { token } = shopper;
    const body = orderOf(skuId);
    const headers = { 'idempotency-key': newId() };
    loseCommitOf(/INSERT INTO order_orders/);
    const answer = await shop.api.post('/orders', { token, body, headers });
    expect(answer.body).toMatchObject({ status: 503, code: 'outcome_unknown' });
    const asked = await ask(answer, token);
    expect(asked.status).toBe(200);
    const again = await shop.api.post('/orders', { token, body, headers });
    expect(again.body).toMatchObject({ id: asked.body.id });
  });
});

type Change = {
  what: string;
  /** A statement of its transaction. */
  writes: RegExp;
  send: () => Promise<Answer>;
  resource: RegExp;
};

const ID = '[0-9a-f-]{36}';

const asOwner = (method: 'post' | 'patch', path: string, body: object) =>
  shop.api[method](path, { token: shop.ownerToken, body });

const CHANGES: Change[] = [
  {
    what: 'a grant of pay money',
    writes: /INSERT INTO user_wallet_entries/i,
    send: () =>
      asOwner('post', `/admin/members/${shopper.id}/wallet-grants`, {
        amount: 100,
        reason: 'sorry',
      }),
    resource: new RegExp(`^/api/v1/admin/members/${ID}$`),
  },
  {
    what: 'a banner',
    writes: /insert into .?banner_banners/i,
    send: () =>
      asOwner('post', '/admin/banners', { title: 'new', startsAt: new Date().toISOString() }),
    resource: new RegExp(`^/api/v1/admin/banners/${ID}$`),
  },
  {
    what: 'a coupon',
    writes: /insert into .?coupon_coupons/i,
    send: () =>
      asOwner('post', '/admin/coupons', {
        name: 'first',
        kind: 'fixed_amount',
        amount: 1000,
        minOrderAmount: 0,
        quantity: 1,
        validDays: 1,
        opensAt: new Date().toISOString(),
        closesAt: new Date(Date.now() + 3_600_000).toISOString(),
      }),
    resource: new RegExp(`^/api/v1/admin/coupons/${ID}$`),
  },
  {
    what: 'an item of a cart',
    writes: /INSERT INTO order_cart/i,
    send: () =>
      shop.api.put(`/cart/items/${skuId}`, { token: shopper.token, body: { quantity: 2 } }),
    resource: /^\/api\/v1\/cart$/,
  },
];

describe('every change', () => {
  it.each(CHANGES)(
    'such as $what is told as unknown when its COMMIT goes unanswered',
    async ({ writes, send, resource }) => {
      loseCommitOf(writes);
      const { body } = await send();
      expect(body).toMatchObject({ status: 503, code: 'outcome_unknown' });
      expect(body.resource).toMatch(resource);
    },
  );

  // The answer of a cart is known before its COMMIT: nothing is read after it.
  it.each(CHANGES.filter(({ what }) => what !== 'an item of a cart'))(
    'such as $what is told as unknown when it cannot be read again for its answer',
    async ({ writes, send, resource }) => {
      loseReadsAfter(writes);
      const { body } = await send();
      expect(body).toMatchObject({ status: 503, code: 'outcome_unknown' });
      expect(body.resource).toMatch(resource);
    },
  );
});
