import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AUTH_REQUESTS_PER_MINUTE } from '../../../src/platform/http/shop-server.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await startShop({ SHOP_RATE_LIMIT: 'on' });
});
afterAll(() => shop.stop());

/** A login whose body is wrong: the limit counts it as well, and it costs no password hash. */
const logIn = (headers: Record<string, string> = {}) =>
  shop.api.post('/auth/login', { body: {}, headers });
const inParallel = (howMany: number, ask: typeof logIn = logIn) =>
  Promise.all(Array.from({ length: howMany }, () => ask()));

describe('the rate limit', () => {
  it('serves so many logins a minute from one address, and refuses the next', async () => {
    const served = await inParallel(AUTH_REQUESTS_PER_MINUTE);
    expect(new Set(served.map((answer) => answer.status))).toEqual(new Set([400]));

    const refused = await logIn();
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(refused.body).toMatchObject({ status: 429, code: 'rate_limited' });
    const retryAfter = Number(refused.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThan(0);
    expect(retryAfter).toBeLessThanOrEqual(60);
  });

  it('does not believe a client that says it is another address', async () => {
    const answers = await Promise.all(
      ['203.0.113.1', '203.0.113.2, 10.0.0.1'].map((address) =>
        logIn({ 'x-forwarded-for': address, 'x-real-ip': address, forwarded: `for=${address}` }),
      ),
    );
    expect(answers.map((answer) => answer.status)).toEqual([429, 429]);
  });

  it('counts each route by itself, and leaves those without a limit alone', async () => {
    const refresh = await shop.api.post('/auth/refresh', { body: { refreshToken: 'x' } });
    expect(refresh.status).toBe(401);
    const reads = await inParallel(AUTH_REQUESTS_PER_MINUTE + 10, () => shop.api.get('/products'));
    expect(new Set(reads.map((answer) => answer.status))).toEqual(new Set([200]));
  });
});
