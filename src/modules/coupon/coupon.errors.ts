import { defineProblem, notFound, type Problem } from '../../platform/errors/problem.ts';

export const noSuchCoupon = (): Problem => notFound('There is no such coupon');

export const couponSoldOut = defineProblem(
  'conflict',
  'coupon_sold_out',
  'All of these coupons are taken',
);
export const couponAlreadyClaimed = defineProblem(
  'conflict',
  'coupon_already_claimed',
  'You have this coupon already',
);
export const couponNotOpen = defineProblem(
  'conflict',
  'coupon_not_open',
  'This coupon cannot be claimed yet',
);
export const couponClosed = defineProblem(
  'conflict',
  'coupon_closed',
  'This coupon can no longer be claimed',
);
export const couponPaused = defineProblem(
  'conflict',
  'coupon_paused',
  'This coupon cannot be claimed at the moment',
);
/** The same words for a missing code and a wrong one, and for a code that no coupon has. */
export const couponCodeWrong = defineProblem(
  'forbidden',
  'coupon_code_wrong',
  'This is not the code of the coupon',
);
export const couponCodeTaken = defineProblem(
  'conflict',
  'coupon_code_taken',
  'Another coupon has this code',
);
/** What a 202 was given for was lost on the way; nothing is stored of it. */
export const couponClaimLost = defineProblem(
  'conflict',
  'coupon_claim_lost',
  'This claim did not arrive: claim the coupon again',
);
export const tooManyClaims = defineProblem(
  'rate_limited',
  'rate_limited',
  'Too many claims; try again a little later',
);
