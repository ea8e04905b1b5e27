import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idToBytes, newId, type Id } from '../../../src/platform/ids/id.ts';
import { auditEntries, createAdmin } from '../../support/admins.ts';
import { createCoupon, createShopper, createShoppers } from '../../support/factories.ts';
import { auditLedger } from '../../support/ledger.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';
import { walkIds } from '../../support/walk-pages.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

const HOUR_MS = 3_600_000;
const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString();

const LATER = '2030-01-01T00:00:00.000Z';

const create = (changes: Record<string, unknown> = {}, token = shop.ownerToken) =>
  shop.api.post('/admin/coupons', {
    token,
    body: {
      name: '첫 구매 3,000원 할인',
      kind: 'fixed_amount',
      amount: 3_000,
      minOrderAmount: 10_000,
      quantity: 100,
      opensAt: inHours(-1),
      closesAt: inHours(1),
      validDays: 30,
      ...changes,
    },
  });
const claim = (couponId: Id, token?: string) =>
  shop.api.post(`/coupons/${couponId}/claims`, { token });
const countersOf = async (couponId: Id) => {
  const { body } = await shop.api.get(`/admin/coupons/${couponId}`, { token: shop.ownerToken });
  const { issuedCount, heldCount, usedCount, expiredCount } = body;
  return { issuedCount, heldCount, usedCount, expiredCount };
};
const couponsOf = async (token: string) =>
  (await shop.api.get('/me/coupons', { token })).body.items;
const UNUSED = { heldCount: 0, usedCount: 0, expiredCount: 0 };

describe('creating a coupon', () => {
  it('gives it back with its counters, and notes who did it', async () => {
    const admin = await createAdmin(shop, 'manager');
    const window = { opensAt: inHours(-1), closesAt: inHours(1) };
    const created = await create(window, admin.token);
    expect(created.status).toBe(201);
    expect(created.body).toEqual({
      id: expect.any(String),
      name: '첫 구매 3,000원 할인',
      kind: 'fixed_amount',
      amount: 3_000,
      minOrderAmount: 10_000,
      quantity: 100,
      ...window,
      validDays: 30,
      issuedCount: 0,
      ...UNUSED,
    });
    const { id } = created.body;
    const shown = await shop.api.get(`/admin/coupons/${id}`, { token: shop.ownerToken });
    expect(shown.body).toEqual(created.body);
    expect(await auditEntries(shop, id)).toEqual([
      {
        adminId: admin.id,
        action: 'coupon.create',
        detail: { quantity: 100, discountAmount: 3_000 },
      },
    ]);
  });

  it.each([
    [
      'a window that is reversed',
      { opensAt: LATER, closesAt: '2029-12-31T00:00:00Z' },
      '/closesAt',
    ],
    ['a window of no time', { opensAt: LATER, closesAt: LATER }, '/closesAt'],
    ['no unit', { quantity: 0 }, '/quantity'],
    ['more than ten million units', { quantity: 10_000_001 }, '/quantity'],
    ['a discount of nothing', { amount: 0 }, '/amount'],
    ['a negative discount', { amount: -1 }, '/amount'],
    ['a negative minimum', { minOrderAmount: -1 }, '/minOrderAmount'],
    ['no day of validity', { validDays: 0 }, '/validDays'],
    ['another kind', { kind: 'everything_free' }, '/kind'],
    ['no name', { name: '' }, '/name'],
    ['a date alone', { opensAt: '2026-11-20' }, '/opensAt'],
    ['the 30th of February', { closesAt: '2030-02-30T00:00:00.000Z' }, '/closesAt'],
    ['an unknown field', { perMember: 5 }, '/perMember'],
  ])('refuses %s and names the place', async (_what, changes, path) => {
    const answer = await create(changes);
    expect(answer.body).toMatchObject({ status: 400, code: 'validation_failed' });
    expect(answer.body.errors.map((error: { path: string }) => error.path)).toContain(path);
  });

  it('takes ten million units, and moments with an offset', async () => {
    const { status, body } = await create({
      quantity: 10_000_000,
      opensAt: '2029-01-01T09:00:00+09:00',
      closesAt: '2029-01-01T09:00:00.001+09:00',
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      opensAt: '2029-01-01T00:00:00.000Z',
      closesAt: '2029-01-01T00:00:00.001Z',
    });
  });

  it('is for admins who may', async () => {
    const support = await createAdmin(shop, 'support');
    expect((await create({}, support.token)).body).toMatchObject({
      status: 403,
      code: 'forbidden',
    });
    const { token } = await createShopper(shop, 0);
    expect((await create({}, token)).body).toMatchObject({ status: 401 });
    const shown = await shop.api.get(`/admin/coupons/${newId()}`, { token: support.token });
    expect(shown.body).toMatchObject({ status: 404, code: 'not_found' });
  });
});

describe('claiming a coupon', () => {
  it('gives it to the member, who can see it from then on', async () => {
    const couponId = await createCoupon(shop, { amount: 3_000, minOrderAmount: 10_000 });
    const { token } = await createShopper(shop, 0);
    const claimed = await claim(couponId, token);
    expect(claimed.status).toBe(201);
    expect(claimed.body).toEqual({
      memberCouponId: expect.any(String),
      couponId,
      rank: 1,
      state: 'issued',
    });
    const [mine, ...others] = await couponsOf(token);
    expect(others).toEqual([]);
    expect(mine).toEqual({
      id: claimed.body.memberCouponId,
      couponId,
      name: '첫 구매 할인',
      kind: 'fixed_amount',
      amount: 3_000,
      minOrderAmount: 10_000,
      state: 'issued',
      expiresAt: expect.any(String),
    });
    const daysLeft = (Date.parse(mine.expiresAt) - Date.now()) / (24 * HOUR_MS);
    expect(daysLeft).toBeCloseTo(30, 2);
    expect(await countersOf(couponId)).toEqual({ issuedCount: 1, ...UNUSED });
  });

  it('is refused before it opens, with the moment when it does', async () => {
    const opensAt = inHours(1);
    const { body: coupon } = await create({ opensAt, closesAt: inHours(2) });
    const { token } = await createShopper(shop, 0);
    expect((await claim(coupon.id, token)).body).toMatchObject({
      status: 409,
      code: 'coupon_not_open',
      opensAt,
    });
    expect(await countersOf(coupon.id)).toEqual({ issuedCount: 0, ...UNUSED });
  });

  it('is refused once it is closed', async () => {
    const { body: coupon } = await create({ opensAt: inHours(-2), closesAt: inHours(-1) });
    const { token } = await createShopper(shop, 0);
    expect((await claim(coupon.id, token)).body).toMatchObject({
      status: 409,
      code: 'coupon_closed',
    });
  });

  it('is refused to nobody, to admins, and for a coupon that is not there', async () => {
    const couponId = await createCoupon(shop, { amount: 1_000 });
    expect((await claim(couponId)).status).toBe(401);
    expect((await claim(couponId, shop.ownerToken)).status).toBe(401);
    const { token } = await createShopper(shop, 0);
    expect((await claim(newId(), token)).body).toMatchObject({ status: 404, code: 'not_found' });
    expect((await claim('1', token)).body).toMatchObject({ status: 400 });
  });

  it('gives one to a member who asks twenty times at once, and takes one unit', async () => {
    const couponId = await createCoupon(shop, { amount: 1_000, quantity: 5 });
    const { token } = await createShopper(shop, 0);
    const answers = await Promise.all(Array.from({ length: 20 }, () => claim(couponId, token)));
    const refused = answers.filter((answer) => answer.status !== 201);
    expect(refused).toHaveLength(19);
    expect(refused.every((answer) => answer.body.code === 'coupon_already_claimed')).toBe(true);
    expect((await claim(couponId, token)).body).toMatchObject({
      status: 409,
      code: 'coupon_already_claimed',
    });
    expect(await countersOf(couponId)).toEqual({ issuedCount: 1, ...UNUSED });
    expect(await couponsOf(token)).toHaveLength(1);
  });

  it('gives 50 units to exactly 50 of 300 who come at once', async () => {
    const couponId = await createCoupon(shop, { amount: 1_000, quantity: 50 });
    const shoppers = await createShoppers(shop, 300, 0);
    const answers = await Promise.all(shoppers.map(({ token }) => claim(couponId, token)));
    const issued = answers.filter((answer) => answer.status === 201);
    const ranks = issued.map((answer) => answer.body.rank).toSorted((a, b) => a - b);
    expect(ranks).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    const refused = answers.filter((answer) => answer.status !== 201);
    expect(new Set(refused.map((answer) => answer.body.code))).toEqual(
      new Set(['coupon_sold_out']),
    );
    expect(await countersOf(couponId)).toEqual({ issuedCount: 50, ...UNUSED });

    const rows = await shop.database.select<{ claims: number; members: number; ranks: number }>(
      `SELECT COUNT(*) AS claims, COUNT(DISTINCT member_id) AS members,
              COUNT(DISTINCT claim_rank) AS \`ranks\`
       FROM coupon_member_coupons WHERE coupon_id = ?`,
      [idToBytes(couponId)],
    );
    expect(rows).toEqual([{ claims: 50, members: 50, ranks: 50 }]);
    await auditLedger(shop);
  });
});

describe('coupons that can be claimed', () => {
  it('are listed while their window is open, with what is left of them', async () => {
    const [open, upcoming, closed] = await Promise.all([
      create(),
      create({ opensAt: inHours(1), closesAt: inHours(2) }),
      create({ opensAt: inHours(-2), closesAt: inHours(-1) }),
    ]);
    const { token } = await createShopper(shop, 0);
    await claim(open.body.id, token);
    const list = await shop.api.get('/coupons?limit=100');
    const items: { id: Id; remainingQuantity: number }[] = list.body.items;
    expect(items.find((item) => item.id === open.body.id)).toMatchObject({ remainingQuantity: 99 });
    const ids = items.map((item) => item.id);
    expect(ids).not.toContain(upcoming.body.id);
    expect(ids).not.toContain(closed.body.id);
  });

  it('are listed newest first, each once, page by page', async () => {
    await Promise.all(Array.from({ length: 5 }, () => create()));
    const whole = await walkIds(shop.api, '/coupons', { limit: 100 });
    const pages = await walkIds(shop.api, '/coupons', { limit: 2 });
    expect(pages).toEqual(whole);
    expect(whole).toEqual([...new Set(whole)].toSorted().toReversed());
  });
});

describe('my coupons', () => {
  it('are mine, newest first, page by page', async () => {
    const [mine, other] = await createShoppers(shop, 2, 0);
    const couponIds = await Promise.all(
      Array.from({ length: 5 }, () => createCoupon(shop, { amount: 1_000 })),
    );
    const claims = await Promise.all(couponIds.map((couponId) => claim(couponId, mine?.token)));
    await claim(couponIds[0] ?? '', other?.token);
    const ids = await walkIds(shop.api, '/me/coupons', { token: mine?.token, limit: 2 });
    const expected = claims.map((answer) => answer.body.memberCouponId);
    expect(new Set(ids)).toEqual(new Set(expected));
    expect(ids).toEqual(ids.toSorted().toReversed());
    expect((await shop.api.get('/me/coupons')).status).toBe(401);
  });
});
