import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId, type Id } from '../../../src/platform/ids/id.ts';
import { auditEntries, createAdmin } from '../../support/admins.ts';
import { createCoupon, createShopper } from '../../support/factories.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';
import { walkIds } from '../../support/walk-pages.ts';
import { claim, inHours, shownCoupon, UNUSED } from './coupon-shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

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
const change = (couponId: Id, body: unknown, token = shop.ownerToken) =>
  shop.api.patch(`/admin/coupons/${couponId}`, { token, body });
const turn = (couponId: Id, how: string, token = shop.ownerToken) =>
  shop.api.post(`/admin/coupons/${couponId}/${how}`, { token });
const pathsOf = (errors: { path: string }[]) => errors.map((error) => error.path);

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
      percent: null,
      maxDiscountAmount: null,
      minOrderAmount: 10_000,
      scope: { kind: 'all', ids: [] },
      quantity: 100,
      ...window,
      validDays: 30,
      validUntil: null,
      needsCode: false,
      code: null,
      state: 'open',
      version: 1,
      createdAt: expect.any(String),
      issuedCount: 0,
      ...UNUSED,
    });
    const { id } = created.body;
    expect(await shownCoupon(shop, id)).toEqual(created.body);
    expect(await auditEntries(shop, id)).toEqual([
      {
        adminId: admin.id,
        action: 'coupon.create',
        detail: { kind: 'fixed_amount', quantity: 100, discountAmount: 3_000, percent: 0 },
      },
    ]);
  });

  it('takes each kind, with a scope, an expiry for all and a code', async () => {
    const ids = [newId(), newId()];
    const percentage = await create({
      kind: 'percentage',
      amount: undefined,
      percent: 15,
      maxDiscountAmount: 5_000,
      scope: { kind: 'types', ids },
      validDays: undefined,
      validUntil: LATER,
      code: 'spring-봄',
    });
    expect(percentage.body).toMatchObject({
      kind: 'percentage',
      amount: null,
      percent: 15,
      maxDiscountAmount: 5_000,
      scope: { kind: 'types', ids },
      validDays: null,
      validUntil: LATER,
      needsCode: true,
      code: 'SPRING-봄',
    });
    const shipping = await create({ kind: 'free_shipping', amount: undefined });
    expect(shipping.body).toMatchObject({ kind: 'free_shipping', amount: null, percent: null });
  });

  it('gives a code to one coupon alone, whatever its capitals', async () => {
    expect((await create({ code: 'Once-Only' })).status).toBe(201);
    expect((await create({ code: 'once-only' })).body).toMatchObject({
      status: 409,
      code: 'coupon_code_taken',
    });
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
    ['no amount for a fixed one', { amount: undefined }, '/amount'],
    ['a percent for a fixed one', { percent: 10 }, '/percent'],
    ['a percentage of nothing', { kind: 'percentage', amount: undefined, percent: 0 }, '/percent'],
    ['more than all', { kind: 'percentage', amount: undefined, percent: 101 }, '/percent'],
    ['an amount for free shipping', { kind: 'free_shipping' }, '/amount'],
    ['a negative minimum', { minOrderAmount: -1 }, '/minOrderAmount'],
    ['no day of validity', { validDays: 0 }, '/validDays'],
    ['no validity', { validDays: undefined }, '/validDays'],
    [
      'an expiry in the past',
      { validDays: undefined, validUntil: '2020-01-01T00:00:00Z' },
      '/validUntil',
    ],
    ['another kind', { kind: 'everything_free' }, '/kind'],
    ['no name', { name: '' }, '/name'],
    ['a date alone', { opensAt: '2026-11-20' }, '/opensAt'],
    ['the 30th of February', { closesAt: '2030-02-30T00:00:00.000Z' }, '/closesAt'],
    ['a code with blanks', { code: 'two words' }, '/code'],
    ['the same type twice', { scope: { kind: 'types', ids: [LATER, LATER] } }, '/scope/ids'],
    ['an unknown field', { perMember: 5 }, '/perMember'],
  ])('refuses %s and names the place', async (_what, changes, path) => {
    const answer = await create(changes);
    expect(answer.body).toMatchObject({ status: 400, code: 'validation_failed' });
    expect(pathsOf(answer.body.errors)).toContain(path);
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
    const refused = { status: 403, code: 'forbidden' };
    expect((await create({}, support.token)).body).toMatchObject(refused);
    expect((await turn(newId(), 'pause', support.token)).body).toMatchObject(refused);
    const { token } = await createShopper(shop, 0);
    expect((await create({}, token)).body).toMatchObject({ status: 401 });
    const shown = await shop.api.get(`/admin/coupons/${newId()}`, { token: support.token });
    expect(shown.body).toMatchObject({ status: 404, code: 'not_found' });
  });
});

describe('changing a coupon', () => {
  it('takes a name, more units and another end, and notes it', async () => {
    const { body: coupon } = await create();
    const closesAt = inHours(2);
    const changed = await change(coupon.id, { name: '더 많이', quantity: 200, closesAt });
    expect(changed.body).toEqual({
      ...coupon,
      name: '더 많이',
      quantity: 200,
      closesAt,
      version: 2,
    });
    expect(await shownCoupon(shop, coupon.id)).toEqual(changed.body);
    const [, entry] = await auditEntries(shop, coupon.id);
    expect(entry).toMatchObject({
      action: 'coupon.change',
      detail: { name: '더 많이', quantity: 200, closesAt },
    });
  });

  it('refuses fewer units, an end before the opening, and nothing at all', async () => {
    const { body: coupon } = await create();
    const refused = await change(coupon.id, { quantity: 99, closesAt: coupon.opensAt });
    expect(refused.body).toMatchObject({ status: 400, code: 'validation_failed' });
    expect(pathsOf(refused.body.errors)).toEqual(['/quantity', '/closesAt']);
    expect((await change(coupon.id, {})).status).toBe(400);
    expect((await change(coupon.id, { amount: 1 })).status).toBe(400);
    expect(await shownCoupon(shop, coupon.id)).toEqual(coupon);
    expect((await change(newId(), { name: 'x' })).status).toBe(404);
  });

  it('ends the claims when its new end is past', async () => {
    const couponId = await createCoupon(shop, { amount: 1_000, opensAt: inHours(-2) });
    const [{ token: before }, { token: after }] = [
      await createShopper(shop, 0),
      await createShopper(shop, 0),
    ];
    expect((await claim(shop, couponId, before)).status).toBe(201);
    await change(couponId, { closesAt: inHours(-1) });
    expect((await claim(shop, couponId, after)).body).toMatchObject({ code: 'coupon_closed' });
  });
});

describe('pausing, resuming and closing', () => {
  it('stops claims and lets them go on', async () => {
    const couponId = await createCoupon(shop, { amount: 1_000 });
    const { token } = await createShopper(shop, 0);
    expect((await turn(couponId, 'pause')).body).toMatchObject({ state: 'paused', version: 2 });
    expect((await claim(shop, couponId, token)).body).toMatchObject({
      status: 409,
      code: 'coupon_paused',
    });
    const list = await walkIds(shop.api, '/coupons', { limit: 100 });
    expect(list).not.toContain(couponId);
    expect((await turn(couponId, 'resume')).body).toMatchObject({ state: 'open', version: 3 });
    expect((await claim(shop, couponId, token)).status).toBe(201);
  });

  it('is the same twice as once, and what is closed stays so', async () => {
    const couponId = await createCoupon(shop, { amount: 1_000 });
    await turn(couponId, 'close');
    expect((await turn(couponId, 'close')).body).toMatchObject({ state: 'closed', version: 2 });
    const { token } = await createShopper(shop, 0);
    expect((await claim(shop, couponId, token)).body).toMatchObject({ code: 'coupon_closed' });
    for (const how of ['pause', 'resume']) {
      expect((await turn(couponId, how)).body).toMatchObject({ code: 'coupon_closed' });
    }
    const actions = (await auditEntries(shop, couponId)).map((entry) => entry.action);
    expect(actions).toEqual(['coupon.create', 'coupon.close']);
    expect((await turn(newId(), 'close')).status).toBe(404);
  });
});

describe('coupons that can be claimed', () => {
  it('are listed while their window is open, with what is left of them and not their code', async () => {
    const [open, upcoming, closed] = await Promise.all([
      create({ code: 'SECRET-1' }),
      create({ opensAt: inHours(1), closesAt: inHours(2) }),
      create({ opensAt: inHours(-2), closesAt: inHours(-1) }),
    ]);
    const { token } = await createShopper(shop, 0);
    await claim(shop, open.body.id, token, { code: 'secret-1' });
    const list = await shop.api.get('/coupons?limit=100');
    const items: { id: Id }[] = list.body.items;
    expect(items.find((item) => item.id === open.body.id)).toMatchObject({
      remainingQuantity: 99,
      needsCode: true,
    });
    expect(JSON.stringify(items)).not.toContain('SECRET-1');
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

describe("the admins' list of coupons", () => {
  it('has every one, newest first, page by page', async () => {
    const { body: upcoming } = await create({ opensAt: inHours(1), closesAt: inHours(2) });
    const options = { token: shop.ownerToken, limit: 7 };
    const ids = await walkIds(shop.api, '/admin/coupons', options);
    expect(ids[0]).toBe(upcoming.id);
    expect(ids).toEqual([...new Set(ids)].toSorted().toReversed());
    const [row] = await shop.database.select<{ n: number }>(
      'SELECT COUNT(*) AS n FROM coupon_coupons',
    );
    expect(ids).toHaveLength(row?.n ?? 0);
    const first = await shop.api.get('/admin/coupons?limit=1', { token: shop.ownerToken });
    expect(first.body.items).toEqual([upcoming]);
  });
});
