import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../support/api-client.ts';
import { eventually } from '../../support/eventually.ts';
import { createCoupon, createShopper, createShoppers } from '../../support/factories.ts';
import { auditLedger } from '../../support/ledger.ts';
import type { TestShop } from '../../support/start-shop.ts';
import { startTwoShops, type SecondShop } from '../../support/two-shops.ts';
import {
  claim,
  claimAndAwait,
  countersOf,
  forgetCampaigns,
  storedClaims,
  UNUSED,
  type Api,
} from './coupon-shop.ts';

let first: TestShop;
let second: SecondShop;
let prefix: string;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ first, second, prefix, stop } = await startTwoShops());
});
afterAll(() => stop());

const turn = ({ api }: Api, couponId: string, how: string) =>
  api.post(`/admin/coupons/${couponId}/${how}`, { token: first.ownerToken });
const codesOf = (answers: readonly Answer[]) => new Set(answers.map((answer) => answer.body.code));
const newMember = async () => (await createShopper(first, 0)).token;

describe('two shops on one database and one Redis', () => {
  it('give 60 units to 60 of 200 members who ask both, and never one more', async () => {
    const couponId = await createCoupon(first, { amount: 1_000, quantity: 60 });
    const members = await createShoppers(first, 200, 0);
    const answers = await Promise.all(
      members.flatMap(({ token }) => [
        claimAndAwait(first, couponId, token),
        claimAndAwait(second, couponId, token),
      ]),
    );
    const ranksOf = (told: readonly Answer[]): number[] => told.map(({ body }) => body.rank);
    const issued = answers.filter(({ body }) => body.state === 'issued');
    const ranks = [...new Set(ranksOf(issued))].toSorted((a, b) => a - b);
    expect(ranks).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    // Only where storing it took long, both of a member's requests may have had to ask for it.
    const atOnce = ranksOf(answers.filter(({ status }) => status === 201));
    expect(new Set(atOnce).size).toBe(atOnce.length);
    const codes = codesOf(answers.filter(({ body }) => body.state !== 'issued'));
    expect(codes).toContain('coupon_sold_out');
    codes.delete('coupon_already_claimed');
    expect(codes.size).toBe(1);
    expect(await storedClaims(first, couponId)).toEqual({ claims: 60, members: 60, lastRank: 60 });
    expect(await countersOf(first, couponId)).toEqual({ issuedCount: 60, ...UNUSED });
    await auditLedger(first);
  });

  it('stop and go on with claims when the other one is told to', async () => {
    const couponId = await createCoupon(first, { amount: 1_000 });
    const [before, after] = [await newMember(), await newMember()];
    expect((await claim(second, couponId, before)).status).toBe(201);
    await turn(first, couponId, 'pause');
    expect((await claim(second, couponId, after)).body).toMatchObject({ code: 'coupon_paused' });
    await turn(second, couponId, 'resume');
    await eventually(async () => expect((await claim(first, couponId, after)).status).toBe(201));
    await turn(second, couponId, 'close');
    const late = await newMember();
    expect((await claim(first, couponId, late)).body).toMatchObject({ code: 'coupon_closed' });
    expect(await countersOf(first, couponId)).toEqual({ issuedCount: 2, ...UNUSED });
  });

  it('give what was added on the other one, within a second of its being gone', async () => {
    const couponId = await createCoupon(first, { amount: 1_000, quantity: 1 });
    const [winner, loser] = [await newMember(), await newMember()];
    await claim(second, couponId, winner);
    expect((await claim(second, couponId, loser)).body).toMatchObject({ code: 'coupon_sold_out' });
    await first.api.patch(`/admin/coupons/${couponId}`, {
      token: first.ownerToken,
      body: { quantity: 2 },
    });
    await eventually(async () => {
      expect(await claim(second, couponId, loser)).toMatchObject({
        status: 201,
        body: { rank: 2 },
      });
    }, 1500);
  });

  it('go on where they were when Redis forgets everything', async () => {
    const couponId = await createCoupon(first, { amount: 1_000, quantity: 3 });
    const [a, b, c, d] = (await createShoppers(first, 4, 0)).map(({ token }) => token);
    const mine = await claim(first, couponId, a);
    await claim(second, couponId, b);
    await forgetCampaigns(prefix);
    expect((await claim(second, couponId, a)).body).toMatchObject({
      code: 'coupon_already_claimed',
      memberCouponId: mine.body.memberCouponId,
    });
    expect((await claim(first, couponId, c)).body).toMatchObject({ rank: 3 });
    await forgetCampaigns(prefix);
    expect((await claim(second, couponId, d)).body).toMatchObject({ code: 'coupon_sold_out' });
    expect(await storedClaims(first, couponId)).toEqual({ claims: 3, members: 3, lastRank: 3 });
    await auditLedger(first);
  });
});
