import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId, type Id } from '../../../src/platform/ids/id.ts';
import { auditEntries, createAdmin } from '../../support/admins.ts';
import { eventually } from '../../support/eventually.ts';
import { createCoupon, createShopper, createShoppers } from '../../support/factories.ts';
import { auditLedger } from '../../support/ledger.ts';
import type { TestShop } from '../../support/start-shop.ts';
import { startTwoShops, type SecondShop } from '../../support/two-shops.ts';
import { claim, countersOf, couponsOf, inHours, storedClaims, UNUSED } from './coupon-shop.ts';

let shop: TestShop;
let second: SecondShop;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ first: shop, second, stop } = await startTwoShops());
});
afterAll(() => stop());

const issue = (couponId: Id, memberIds: unknown, token = shop.ownerToken) =>
  shop.api.post(`/admin/coupons/${couponId}/issues`, { token, body: { memberIds } });
const issueAt = async (location: string | null) => {
  const path = (location ?? '').replace('/api/v1', '');
  return (await shop.api.get(path, { token: shop.ownerToken })).body;
};
/** Issues, and waits until the list is worked off. */
async function issueAll(couponId: Id, memberIds: readonly Id[]) {
  const accepted = await issue(couponId, memberIds);
  expect(accepted.status).toBe(202);
  return eventually(async () => {
    const shown = await issueAt(accepted.headers.get('location'));
    expect(shown.state).toBe('done');
    return shown;
  });
}

describe('an issue to named members', () => {
  it('gives each of them one, with ranks and events as claims do', async () => {
    const admin = await createAdmin(shop, 'manager');
    const couponId = await createCoupon(shop, { amount: 1_000 });
    const members = await createShoppers(shop, 30, 0);
    const memberIds = members.map(({ id }) => id);
    const accepted = await issue(couponId, memberIds, admin.token);
    expect(accepted).toMatchObject({ status: 202, body: { couponId, total: 30 } });
    const done = await eventually(async () => {
      const shown = await issueAt(accepted.headers.get('location'));
      expect(shown.state).toBe('done');
      return shown;
    });
    expect(done).toEqual({
      id: accepted.body.id,
      couponId,
      state: 'done',
      total: 30,
      issuedCount: 30,
      alreadyCount: 0,
      refusedCount: 0,
      createdAt: accepted.body.createdAt,
      finishedAt: expect.any(String),
    });
    expect(await countersOf(shop, couponId)).toEqual({ issuedCount: 30, ...UNUSED });
    expect(await storedClaims(shop, couponId)).toEqual({ claims: 30, members: 30, lastRank: 30 });
    const [, entry] = await auditEntries(shop, couponId);
    expect(entry).toEqual({
      adminId: admin.id,
      action: 'coupon.issue',
      detail: { issueId: done.id, members: 30 },
    });
    const mine = await couponsOf(shop, members[0]?.token ?? '');
    expect(mine).toMatchObject([{ couponId, state: 'issued' }]);
    await auditLedger(shop);
  });

  it('and claims go on after one another: nobody has two, and the ranks have no gap', async () => {
    const couponId = await createCoupon(shop, { amount: 1_000 });
    const [early, named, both, late] = await createShoppers(shop, 4, 0);
    expect((await claim(shop, couponId, early?.token)).body).toMatchObject({ rank: 1 });
    expect((await claim(second, couponId, both?.token)).body).toMatchObject({ rank: 2 });
    const done = await issueAll(couponId, [both?.id ?? '', named?.id ?? '']);
    expect(done).toMatchObject({ issuedCount: 1, alreadyCount: 1, refusedCount: 0 });
    expect((await claim(second, couponId, named?.token)).body).toMatchObject({
      code: 'coupon_already_claimed',
      rank: 3,
    });
    expect((await claim(shop, couponId, late?.token)).body).toMatchObject({ rank: 4 });
    await auditLedger(shop);
  });

  it('does not wait for the opening, and leaves claims what is left', async () => {
    const couponId = await createCoupon(shop, {
      amount: 1_000,
      quantity: 3,
      opensAt: inHours(0.5),
    });
    const [a, b, c, d] = (await createShoppers(shop, 4, 0)).map(({ id }) => id);
    expect(await issueAll(couponId, [a ?? '', b ?? ''])).toMatchObject({ issuedCount: 2 });
    const rest = await issueAll(couponId, [c ?? '', d ?? '', a ?? '']);
    expect(rest).toMatchObject({ issuedCount: 1, alreadyCount: 1, refusedCount: 1 });
    expect(await countersOf(shop, couponId)).toEqual({ issuedCount: 3, ...UNUSED });
  });

  it('beside a crowd that claims at two shops gives no unit more than there are', async () => {
    const couponId = await createCoupon(shop, { amount: 1_000, quantity: 100 });
    const members = await createShoppers(shop, 160, 0);
    const [named, crowd] = [members.slice(0, 80), members.slice(60)];
    const answers = Promise.all(
      crowd.map(({ token }, index) => claim(index % 2 === 0 ? shop : second, couponId, token)),
    );
    const done = await issueAll(
      couponId,
      named.map(({ id }) => id),
    );
    const claimed = (await answers).filter((answer) => answer.status === 201).length;
    expect(done.issuedCount + done.alreadyCount + done.refusedCount).toBe(80);
    expect(await storedClaims(shop, couponId)).toEqual({
      claims: 100,
      members: 100,
      lastRank: 100,
    });
    expect(claimed + done.issuedCount).toBe(100);
    await auditLedger(shop);
  });
});

describe('a list', () => {
  it('may name ten thousand members, and tells who is none of them', async () => {
    const couponId = await createCoupon(shop, { amount: 1_000 });
    const strangers = Array.from({ length: 10_000 }, () => newId());
    const refused = await issue(couponId, strangers);
    expect(refused.body).toMatchObject({ status: 400, code: 'validation_failed' });
    expect(refused.body.errors[0]).toEqual({
      path: '/memberIds/0',
      message: `${strangers[0]} is not a member`,
    });
    const { id } = await createShopper(shop, 0);
    const mixed = await issue(couponId, [id, strangers[0], id]);
    expect(mixed.body.errors).toEqual([
      { path: '/memberIds/1', message: `${strangers[0]} is not a member` },
      { path: '/memberIds/2', message: `${id} is there before` },
    ]);
    expect(await countersOf(shop, couponId)).toEqual({ issuedCount: 0, ...UNUSED });
  });

  it.each([
    ['nobody', []],
    ['more than ten thousand', Array.from({ length: 10_001 }, () => newId())],
    ['what is no id', ['someone']],
  ])('of %s is refused', async (_what, memberIds) => {
    const couponId = await createCoupon(shop, { amount: 1_000 });
    expect((await issue(couponId, memberIds)).body).toMatchObject({
      status: 400,
      code: 'validation_failed',
    });
  });

  it('is for a coupon that is there, by admins who may', async () => {
    const { id } = await createShopper(shop, 0);
    const couponId = await createCoupon(shop, { amount: 1_000 });
    expect((await issue(newId(), [id])).status).toBe(404);
    const support = await createAdmin(shop, 'support');
    expect((await issue(couponId, [id], support.token)).status).toBe(403);
    const path = `/admin/coupons/${couponId}/issues/${newId()}`;
    expect((await shop.api.get(path, { token: support.token })).status).toBe(404);
  });

  it('may name who registered a moment ago, or long before members were copied', async () => {
    const couponId = await createCoupon(shop, { amount: 1_000 });
    const registered = await shop.api.post('/auth/register', {
      body: {
        loginId: 'fresh-member',
        password: 'a-good-password',
        name: '김손님',
        email: 'fresh@example.com',
        phone: '010-0000-0000',
      },
    });
    expect(await issueAll(couponId, [registered.body.member.id])).toMatchObject({ issuedCount: 1 });

    const { id } = await createShopper(shop, 0);
    await shop.app.backbone.settled();
    await shop.database.write('DELETE FROM coupon_known_members');
    expect((await issue(couponId, [id])).status).toBe(400);
    await shop.app.modules.user.republishMembers();
    await shop.app.backbone.settled();
    expect(await issueAll(couponId, [id])).toMatchObject({ issuedCount: 1 });
  });
});
