import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CLAIMS_BY_MEMBER,
  CLAIMS_FROM_ADDRESS,
  WRONG_CODES,
} from '../../../src/modules/coupon/claiming/claim-limits.ts';
import { createCoupon, createShopper, createShoppers } from '../../support/factories.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';
import { claim, countersOf, couponsOf, UNUSED } from './coupon-shop.ts';

const claimByCode = ({ api }: TestShop, code: unknown, token?: string) =>
  api.post('/coupons/claims-by-code', { token, body: { code } });
const WRONG = { status: 403, code: 'coupon_code_wrong' };

describe('a coupon with a code', () => {
  let shop: TestShop;
  beforeAll(async () => {
    shop = await startShop();
  });
  afterAll(() => shop.stop());

  it('is for those who know it, whatever their capitals', async () => {
    const couponId = await createCoupon(shop, { amount: 1_000, code: 'Spring-2026' });
    const { token } = await createShopper(shop, 0);
    expect((await claim(shop, couponId, token)).body).toMatchObject(WRONG);
    expect((await claim(shop, couponId, token, {})).body).toMatchObject(WRONG);
    expect((await claim(shop, couponId, token, { code: 'spring' })).body).toMatchObject(WRONG);
    expect(await countersOf(shop, couponId)).toEqual({ issuedCount: 0, ...UNUSED });
    expect((await claim(shop, couponId, token, { code: 'spring-2026' })).status).toBe(201);
  });

  it('is found by it', async () => {
    const couponId = await createCoupon(shop, { amount: 1_000, code: 'AUTUMN' });
    const [one, two] = await createShoppers(shop, 2, 0);
    expect(await claimByCode(shop, 'autumn', one?.token)).toMatchObject({
      status: 201,
      body: { couponId, rank: 1, state: 'issued' },
    });
    expect((await claimByCode(shop, 'AUTUMN', one?.token)).body).toMatchObject({
      code: 'coupon_already_claimed',
    });
    // The database's collation takes these for the same.
    for (const code of ['AUTUMN ', 'ÄUTUMN', 'WINTER']) {
      expect((await claimByCode(shop, code, two?.token)).body).toMatchObject(WRONG);
    }
    expect((await claimByCode(shop, 7, two?.token)).status).toBe(400);
    expect((await claimByCode(shop, 'AUTUMN')).status).toBe(401);
    expect(await couponsOf(shop, two?.token ?? '')).toEqual([]);
  });

  it('without one takes any', async () => {
    const couponId = await createCoupon(shop, { amount: 1_000 });
    const { token } = await createShopper(shop, 0);
    expect((await claim(shop, couponId, token, { code: 'whatever' })).status).toBe(201);
  });
});

describe('with limits', () => {
  let shop: TestShop;
  beforeAll(async () => {
    shop = await startShop({ SHOP_RATE_LIMIT: 'on' });
  });
  afterAll(() => shop.stop());

  it('codes cannot be guessed in a row, not even when the right one comes at last', async () => {
    const couponId = await createCoupon(shop, { amount: 1_000, code: 'HARD-TO-GUESS' });
    const [guesser, other] = await createShoppers(shop, 2, 0);
    for (let guess = 0; guess < WRONG_CODES; guess += 1) {
      const code = `GUESS-${guess}`;
      const answer = await (guess % 2 === 0
        ? claim(shop, couponId, guesser?.token, { code })
        : claimByCode(shop, code, guesser?.token));
      expect(answer.body).toMatchObject(WRONG);
    }
    const refused = await claimByCode(shop, 'HARD-TO-GUESS', guesser?.token);
    expect(refused.body).toMatchObject({ status: 429, code: 'rate_limited' });
    const retryAfter = Number(refused.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThan(0);
    expect(retryAfter).toBeLessThanOrEqual(60);
    expect((await claimByCode(shop, 'HARD-TO-GUESS', other?.token)).status).toBe(201);
  });

  it('a member is served so often a minute, and others all the same', async () => {
    const couponId = await createCoupon(shop, { amount: 1_000 });
    const [eager, other] = await createShoppers(shop, 2, 0);
    const answers = await Promise.all(
      Array.from({ length: CLAIMS_BY_MEMBER + 1 }, () => claim(shop, couponId, eager?.token)),
    );
    const limited = answers.filter((answer) => answer.status === 429);
    expect(limited).toHaveLength(1);
    expect(limited[0]?.body).toMatchObject({ code: 'rate_limited' });
    expect((await claim(shop, couponId, other?.token)).status).toBe(201);
  });

  it('an address is served so often a minute, whoever asks', async () => {
    const couponId = await createCoupon(shop, { amount: 1_000 });
    const url = `/api/v1/coupons/${couponId}/claims`;
    const statuses: number[] = [];
    for (let count = 0; count <= CLAIMS_FROM_ADDRESS; count += 1) {
      // Without a token they are refused, and count. In turn, as they come over a network.
      statuses.push((await shop.app.server.inject({ method: 'POST', url })).statusCode);
    }
    expect(statuses[0]).toBe(401);
    expect(statuses.at(-1)).toBe(429);
    const { token } = await createShopper(shop, 0);
    expect((await claim(shop, couponId, token)).status).toBe(429);
  });
});
