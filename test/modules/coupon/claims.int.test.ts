import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idToBytes, newId } from '../../../src/platform/ids/id.ts';
import { eventually } from '../../support/eventually.ts';
import { createCoupon, createShopper, createShoppers } from '../../support/factories.ts';
import { auditLedger } from '../../support/ledger.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';
import { walkIds } from '../../support/walk-pages.ts';
import {
  claim,
  claimAndAwait,
  countersOf,
  couponsOf,
  inHours,
  storedClaims,
  UNUSED,
} from './coupon-shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

const DAY_MS = 86_400_000;

describe('claiming a coupon', () => {
  it('gives it to the member, who can see it from then on', async () => {
    const couponId = await createCoupon(shop, { amount: 3_000, minOrderAmount: 10_000 });
    const { token } = await createShopper(shop, 0);
    const claimed = await claim(shop, couponId, token);
    expect(claimed.status).toBe(201);
    expect(claimed.body).toEqual({
      memberCouponId: expect.any(String),
      couponId,
      rank: 1,
      state: 'issued',
    });
    const [mine, ...others] = await couponsOf(shop, token);
    expect(others).toEqual([]);
    expect(mine).toEqual({
      id: claimed.body.memberCouponId,
      couponId,
      name: '첫 구매 할인',
      kind: 'fixed_amount',
      amount: 3_000,
      percent: null,
      maxDiscountAmount: null,
      minOrderAmount: 10_000,
      scope: { kind: 'all', ids: [] },
      state: 'issued',
      expiresAt: expect.any(String),
    });
    const daysLeft = (Date.parse(mine.expiresAt) - Date.now()) / DAY_MS;
    expect(daysLeft).toBeCloseTo(30, 2);
    expect(await countersOf(shop, couponId)).toEqual({ issuedCount: 1, ...UNUSED });
  });

  it('is refused before it opens, with the moment when it does', async () => {
    const opensAt = inHours(0.5);
    const couponId = await createCoupon(shop, { amount: 1_000, opensAt });
    const { token } = await createShopper(shop, 0);
    expect((await claim(shop, couponId, token)).body).toMatchObject({
      status: 409,
      code: 'coupon_not_open',
      opensAt,
    });
    expect(await countersOf(shop, couponId)).toEqual({ issuedCount: 0, ...UNUSED });
  });

  it('is refused once it is closed', async () => {
    const window = { opensAt: inHours(-2), closesAt: inHours(-1) };
    const couponId = await createCoupon(shop, { amount: 1_000, ...window });
    const { token } = await createShopper(shop, 0);
    expect((await claim(shop, couponId, token)).body).toMatchObject({
      status: 409,
      code: 'coupon_closed',
    });
  });

  it('is refused to nobody, to admins, and for a coupon that is not there', async () => {
    const couponId = await createCoupon(shop, { amount: 1_000 });
    expect((await claim(shop, couponId)).status).toBe(401);
    expect((await claim(shop, couponId, shop.ownerToken)).status).toBe(401);
    const { token } = await createShopper(shop, 0);
    expect((await claim(shop, newId(), token)).body).toMatchObject({
      status: 404,
      code: 'not_found',
    });
    expect((await claim(shop, '1', token)).status).toBe(400);
    expect((await claim(shop, couponId, token, { unknown: 1 })).status).toBe(400);
    expect(await countersOf(shop, couponId)).toEqual({ issuedCount: 0, ...UNUSED });
  });

  it('gives one to a member who asks twenty times at once, and takes one unit', async () => {
    const couponId = await createCoupon(shop, { amount: 1_000, quantity: 5 });
    const { token } = await createShopper(shop, 0);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => claim(shop, couponId, token)),
    );
    const issued = answers.filter((answer) => answer.status === 201);
    expect(issued).toHaveLength(1);
    const again = await claim(shop, couponId, token);
    expect(again.body).toMatchObject({
      status: 409,
      code: 'coupon_already_claimed',
      memberCouponId: issued[0]?.body.memberCouponId,
      rank: 1,
    });
    // Those that came while it was being stored are told so, or that it is on its way.
    const others = answers.filter((answer) => answer.status !== 201);
    expect(
      others.every(({ status, body }) => status === 202 || body.code === 'coupon_already_claimed'),
    ).toBe(true);
    expect(await countersOf(shop, couponId)).toEqual({ issuedCount: 1, ...UNUSED });
    expect(await couponsOf(shop, token)).toHaveLength(1);
  });

  it('gives 50 units to exactly 50 of 300 who come at once', async () => {
    const couponId = await createCoupon(shop, { amount: 1_000, quantity: 50 });
    const shoppers = await createShoppers(shop, 300, 0);
    const answers = await Promise.all(
      shoppers.map(({ token }) => claimAndAwait(shop, couponId, token)),
    );
    const issued = answers.filter((answer) => answer.body.state === 'issued');
    const ranks = issued.map((answer) => answer.body.rank).toSorted((a, b) => a - b);
    expect(ranks).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    const refused = answers.filter((answer) => answer.body.state !== 'issued');
    expect(new Set(refused.map((answer) => answer.body.code))).toEqual(
      new Set(['coupon_sold_out']),
    );
    expect(await countersOf(shop, couponId)).toEqual({ issuedCount: 50, ...UNUSED });
    expect(await storedClaims(shop, couponId)).toEqual({ claims: 50, members: 50, lastRank: 50 });
    await auditLedger(shop);
  });

  it('of a coupon with an expiry for all ends with that, and gives it to each', async () => {
    const validUntil = inHours(0.5);
    const couponId = await createCoupon(shop, { amount: 1_000, validUntil });
    const { token } = await createShopper(shop, 0);
    await claim(shop, couponId, token);
    expect(await couponsOf(shop, token)).toMatchObject([{ expiresAt: validUntil }]);

    await shop.database.write(
      'UPDATE coupon_coupons SET valid_until = CURRENT_TIMESTAMP(3) WHERE id = ?',
      [idToBytes(couponId)],
    );
    // Any change has the gate look at the coupon anew.
    const path = `/admin/coupons/${couponId}`;
    await shop.api.patch(path, { token: shop.ownerToken, body: { name: 'over' } });
    const { token: late } = await createShopper(shop, 0);
    expect((await claim(shop, couponId, late)).body).toMatchObject({ code: 'coupon_closed' });
  });

  it('tells the others in one event for many', async () => {
    const couponId = await createCoupon(shop, { amount: 1_000 });
    const shoppers = await createShoppers(shop, 40, 0);
    await Promise.all(shoppers.map(({ token }) => claimAndAwait(shop, couponId, token)));
    const rows = await shop.database.select<{ events: string }>(
      'SELECT events FROM platform_outbox WHERE events LIKE ?',
      [`%"coupon.issued"%${couponId}%`],
    );
    const events = rows.flatMap((row) => JSON.parse(row.events));
    const told = events.flatMap((event) => event.payload.issues);
    expect(new Set(told.map((issue) => issue.memberId))).toEqual(
      new Set(shoppers.map(({ id }) => id)),
    );
    expect(told).toHaveLength(40);
    expect(events.length).toBeLessThan(40);
  });
});

describe('what became of a claim', () => {
  const ask = (couponId: string, token?: string, query = '') =>
    shop.api.get(`/coupons/${couponId}/claims/me${query}`, { token });

  it('can be asked for by its member', async () => {
    const couponId = await createCoupon(shop, { amount: 1_000 });
    const { token } = await createShopper(shop, 0);
    expect((await ask(couponId, token)).body).toMatchObject({ status: 404, code: 'not_found' });
    const { body } = await claim(shop, couponId, token);
    const asked = await ask(couponId, token);
    expect(asked.status).toBe(200);
    expect(asked.body).toEqual(body);
    expect((await ask(couponId, token, '?epoch=1')).body).toEqual(body);
    expect((await ask(couponId)).status).toBe(401);
    expect((await ask(newId(), token)).status).toBe(404);
  });

  it('is "claim again" when it was pending and is nowhere to be found', async () => {
    const couponId = await createCoupon(shop, { amount: 1_000 });
    const { token } = await createShopper(shop, 0);
    expect((await ask(couponId, token, '?epoch=1')).body).toMatchObject({
      status: 409,
      code: 'coupon_claim_lost',
    });
    expect((await ask(couponId, token, '?epoch=0')).status).toBe(400);
  });
});

describe('a claim that takes long', () => {
  it('is pending with an address, which tells when it is stored', async () => {
    const couponId = await createCoupon(shop, { amount: 1_000 });
    const [{ token: first }, { token }] = [
      await createShopper(shop, 0),
      await createShopper(shop, 0),
    ];
    await claim(shop, couponId, first);
    const askAt = (location: string | null) =>
      shop.api.get((location ?? '').replace('/api/v1', ''), { token });
    // Whoever has the counters' lock keeps the claims of the coupon from being stored.
    const [pending, asked] = await shop.app.backbone.inTransaction(async (tx) => {
      await tx.select('SELECT issued FROM coupon_counters WHERE coupon_id = ? FOR UPDATE', [
        idToBytes(couponId),
      ]);
      const claimed = await claim(shop, couponId, token);
      return [claimed, await askAt(claimed.headers.get('location'))];
    });
    expect(pending).toMatchObject({ status: 202, body: { couponId, state: 'pending' } });
    expect(asked).toMatchObject({ status: 202, body: { couponId, state: 'pending' } });
    await eventually(async () => {
      expect((await askAt(asked.headers.get('location'))).body).toMatchObject({
        state: 'issued',
        rank: 2,
      });
    });
  });
});

describe('my coupons', () => {
  it('are mine, newest first, page by page', async () => {
    const [mine, other] = await createShoppers(shop, 2, 0);
    const couponIds = await Promise.all(
      Array.from({ length: 5 }, () => createCoupon(shop, { amount: 1_000 })),
    );
    const claims = await Promise.all(
      couponIds.map((couponId) => claim(shop, couponId, mine?.token)),
    );
    await claim(shop, couponIds[0] ?? '', other?.token);
    const ids = await walkIds(shop.api, '/me/coupons', { token: mine?.token, limit: 2 });
    const expected = claims.map((answer) => answer.body.memberCouponId);
    expect(new Set(ids)).toEqual(new Set(expected));
    expect(ids).toEqual(ids.toSorted().toReversed());
    expect((await shop.api.get('/me/coupons')).status).toBe(401);
  });
});
