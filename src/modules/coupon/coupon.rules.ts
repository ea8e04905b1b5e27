export type CouponKind = 'fixed_amount';
export type MemberCouponState = 'issued' | 'held' | 'used' | 'expired';

/** When a coupon can be claimed; milliseconds since 1970. */
export type ClaimWindow = { opensAtMs: number; closesAtMs: number };

export type MemberCouponFacts = {
  memberId: string;
  state: MemberCouponState;
  expiresAtMs: number;
};

/** Where a coupon's window stands; it is open from `opensAt` until just before `closesAt`. */
export function windowOf(coupon: ClaimWindow, nowMs: number): 'upcoming' | 'open' | 'closed' {
  if (nowMs < coupon.opensAtMs) return 'upcoming';
  return nowMs < coupon.closesAtMs ? 'open' : 'closed';
}

const DAY_MS = 86_400_000;

/** When a coupon issued now stops being usable. */
export function expiryOf(validDays: number, nowMs: number): number {
  return nowMs + validDays * DAY_MS;
}

/**
 * Whether an order may take this coupon for the discount that it claims.
 * @param discountDue what the coupon's terms give for the order's items
 */
export function mayUse(
  use: { memberId: string; discountAmount: number; placedAtMs: number },
  memberCoupon: MemberCouponFacts,
  discountDue: number,
): boolean {
  return (
    memberCoupon.memberId === use.memberId &&
    memberCoupon.state === 'issued' &&
    use.placedAtMs < memberCoupon.expiresAtMs &&
    use.discountAmount > 0 &&
    use.discountAmount === discountDue
  );
}
