import { impossible } from '../../../platform/errors/impossible.ts';
import { notFound } from '../../../platform/errors/problem.ts';
import type { FirstComeGate } from '../../../platform/first-come/first-come.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { couponClaimLost, noSuchCoupon } from '../coupon.errors.ts';
import type { Claimed } from './claim-coupon.ts';
import type { FindCouponFacts } from './coupon-facts.ts';

/** @param epoch in which the claim was pending; undefined when the member was told of none */
export type ShowClaim = (memberId: Id, couponId: Id, epoch: number | undefined) => Promise<Claimed>;

/** Epochs count from 1; nothing was ever let in in this one. */
const NO_EPOCH = 0;

/**
 * What became of a member's claim. Throws `coupon_claim_lost` when a pending one is gone: it has to be
 * made again; `not_found` for a coupon that is not there, or that the member did not claim;
 * `first_come_unavailable`.
 */
export function createShowClaim(parts: {
  gate: FirstComeGate;
  findFacts: FindCouponFacts;
}): ShowClaim {
  const { gate, findFacts } = parts;

  return async function showClaim(memberId, couponId, epoch) {
    if (!(await findFacts.byId(couponId))) throw noSuchCoupon();
    const status = await gate.statusOf(couponId, epoch ?? NO_EPOCH, memberId);
    switch (status.state) {
      case 'issued':
        return { state: 'issued', couponId, memberCouponId: status.claimId, rank: status.rank };
      case 'pending':
        return { state: 'pending', couponId, epoch: status.epoch };
      case 'claim_again':
        throw epoch === undefined
          ? notFound('You have not claimed this coupon')
          : couponClaimLost();
      default:
        return impossible(status);
    }
  };
}
