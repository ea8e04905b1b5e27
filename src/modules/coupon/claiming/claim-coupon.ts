import { impossible } from '../../../platform/errors/impossible.ts';
import type { Entered, FirstComeGate } from '../../../platform/first-come/first-come.ts';
import type { Id } from '../../../platform/ids/id.ts';
import {
  couponAlreadyClaimed,
  couponClosed,
  couponCodeWrong,
  couponNotOpen,
  couponPaused,
  couponSoldOut,
  noSuchCoupon,
} from '../coupon.errors.ts';
import { normalCode } from '../coupon.rules.ts';
import type { CouponFacts, FindCouponFacts } from './coupon-facts.ts';

/** `issued`: stored and committed. `pending`: it is in, and `epoch` finds it later. */
export type Claimed =
  | { state: 'issued'; couponId: Id; memberCouponId: Id; rank: number }
  | { state: 'pending'; couponId: Id; epoch: number };

/** What a crowd is told, the same to everyone: making an error for each costs more than the rest. */
const SOLD_OUT = couponSoldOut();
const PAUSED = couponPaused();
const CLOSED = couponClosed();

export type ClaimCoupon = ReturnType<typeof createClaimCoupon>;

/**
 * Gives a member one unit of a coupon, first come, first served; the gate decides. Both throw
 * `coupon_not_open` (with `opensAt`), `coupon_paused`, `coupon_closed`, `coupon_sold_out`,
 * `coupon_already_claimed` (with `memberCouponId` and `rank`), `coupon_code_wrong`,
 * `first_come_unavailable` and `overloaded`.
 */
export function createClaimCoupon(parts: { gate: FirstComeGate; findFacts: FindCouponFacts }) {
  const { gate, findFacts } = parts;

  return {
    /** @param code what the member knows; coupons without one take any. Throws `not_found`. */
    byId: async (memberId: Id, couponId: Id, code: string | undefined): Promise<Claimed> => {
      const facts = await findFacts.byId(couponId);
      if (!facts) throw noSuchCoupon();
      refuseWrongCode(facts, code);
      return toClaimed(couponId, await gate.enter(couponId, memberId));
    },

    /** Claims whichever coupon has the code. */
    byCode: async (memberId: Id, code: string): Promise<Claimed> => {
      const facts = await findFacts.byCode(normalCode(code));
      if (!facts) throw couponCodeWrong();
      // The database finds a code by letters that look alike as well.
      refuseWrongCode(facts, code);
      return toClaimed(facts.couponId, await gate.enter(facts.couponId, memberId));
    },
  };
}

function toClaimed(couponId: Id, entered: Entered): Claimed {
  switch (entered.state) {
    case 'issued':
      return { state: 'issued', couponId, memberCouponId: entered.claimId, rank: entered.rank };
    case 'pending':
      return { state: 'pending', couponId, epoch: entered.epoch };
    case 'already':
      throw couponAlreadyClaimed(undefined, {
        memberCouponId: entered.claimId,
        rank: entered.rank,
      });
    case 'sold_out':
      throw SOLD_OUT;
    case 'not_open':
      throw couponNotOpen(undefined, { opensAt: entered.opensAt.toISOString() });
    case 'paused':
      throw PAUSED;
    case 'closed':
      throw CLOSED;
    case 'unknown':
      throw noSuchCoupon();
    default:
      return impossible(entered);
  }
}

function refuseWrongCode({ code: needed }: CouponFacts, given: string | undefined): void {
  if (needed !== null && (given === undefined || normalCode(given) !== needed)) {
    throw couponCodeWrong();
  }
}
