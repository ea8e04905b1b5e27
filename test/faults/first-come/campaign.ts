import { setTimeout as pause } from 'node:timers/promises';
import type { Id } from '../../../src/platform/ids/id.ts';
import type { Answer } from '../../support/api-client.ts';
import type { OrderDesk } from '../support/shop-front.ts';
import { WrongAnswer } from '../support/shop-orders.ts';
import { OWNER } from '../support/shop-rig.ts';
import type { Member } from './members.ts';

/** A coupon that is claimed first come, first served. */
export type Campaign = { couponId: Id; quantity: number };

/** What a member was told to have. */
export type ToldClaim = { memberId: Id; memberCouponId: Id; rank: number };

const HOUR_MS = 3_600_000;
const LOOK_AGAIN_MS = 20;
/** However often a claim is lost or pending, its member knows within this time. */
const DECIDED_WITHIN_MS = 300_000;

/** A coupon that is valid for so many days once it is issued. */
export const VALID_DAYS = 30;

/** @param window in milliseconds since 1970; from an hour ago to an hour from now when not given */
export async function openCampaign(
  front: OrderDesk,
  quantity: number,
  window?: { opensAt: number; closesAt: number },
): Promise<Campaign> {
  const login = await front.post('/admin/auth/login', { body: OWNER });
  const now = Date.now();
  const { opensAt, closesAt } = window ?? { opensAt: now - HOUR_MS, closesAt: now + HOUR_MS };
  const created = await front.post('/admin/coupons', {
    token: login.body.accessToken,
    body: {
      name: '선착순 할인',
      kind: 'fixed_amount',
      amount: 1000,
      minOrderAmount: 0,
      quantity,
      validDays: VALID_DAYS,
      opensAt: new Date(opensAt).toISOString(),
      closesAt: new Date(closesAt).toISOString(),
    },
  });
  if (created.status !== 201) throw new WrongAnswer('a new coupon', created);
  return { couponId: created.body.id, quantity };
}

/**
 * Claims as a client does: asks for a claim that is pending until it is stored, and makes one again
 * that was lost meanwhile.
 * @returns what the member was told to have, or that there is none left
 */
export async function claimCoupon(
  desk: OrderDesk,
  { couponId }: Campaign,
  { id: memberId, token }: Member,
): Promise<ToldClaim | 'sold_out'> {
  const deadline = performance.now() + DECIDED_WITHIN_MS;
  let location: string | null = null;
  while (performance.now() < deadline) {
    const answer: Answer =
      location === null
        ? await desk.post(`/coupons/${couponId}/claims`, { token })
        : await desk.get(location.replace('/api/v1', ''), { token });
    const { status, body } = answer;
    if (status === 202) {
      location = answer.headers.get('location');
      await pause(LOOK_AGAIN_MS);
    } else if (status < 300 || body.code === 'coupon_already_claimed') {
      return { memberId, memberCouponId: body.memberCouponId, rank: body.rank };
    } else if (body.code === 'coupon_sold_out') {
      return 'sold_out';
    } else if (body.code === 'coupon_claim_lost') {
      location = null;
    } else {
      throw new WrongAnswer('a claim', answer);
    }
  }
  throw new Error(`the claim of ${memberId} stays undecided`);
}
