import { defineProblem } from '../../platform/errors/problem.ts';

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
