export type CouponKind = 'fixed_amount' | 'percentage' | 'free_shipping';
export type CouponScope = 'all' | 'types' | 'products';
/** Whether an admin lets members claim it. */
export type CampaignState = 'open' | 'paused' | 'closed';
/** How far the issue to a list of members is. */
export type IssueState = 'running' | 'done';
export type MemberCouponState = 'issued' | 'held' | 'used' | 'expired';

export type MemberCouponFacts = {
  memberId: string;
  state: MemberCouponState;
  expiresAtMs: number;
};

/** How long a coupon can be used: days from its issue, or until a moment that is the same for all. */
export type Validity = { validDays: number | null; validUntil: Date | null };

const DAY_MS = 86_400_000;

/** When a coupon issued now stops being usable. Throws when it says neither days nor a moment. */
export function expiryOf({ validDays, validUntil }: Validity, now: Date): Date {
  if (validUntil !== null) return validUntil;
  if (validDays !== null) return new Date(now.getTime() + validDays * DAY_MS);
  throw new Error('a coupon says nothing of how long it can be used');
}

/** Until when it can be claimed: nobody gets one that has expired already. */
export function claimableUntil(coupon: { closesAt: Date; validUntil: Date | null }): Date {
  const { closesAt, validUntil } = coupon;
  return validUntil !== null && validUntil < closesAt ? validUntil : closesAt;
}

/** How a member's coupon is shown: an expiry counts from its moment on, whether booked or not. */
export function shownState(
  coupon: Pick<MemberCouponFacts, 'state' | 'expiresAtMs'>,
  nowMs: number,
): MemberCouponState {
  return coupon.state === 'issued' && coupon.expiresAtMs <= nowMs ? 'expired' : coupon.state;
}

/** What an order takes, or what a coupon gives it. */
export type Benefit = { discountAmount: number; freesShipping: boolean };

/**
 * Whether an order may take this coupon for the benefit that it claims; for none it may not. One that
 * was booked as expired since the order was placed still serves it.
 * @param due what the coupon's terms give for the order's items
 */
export function mayUse(
  use: Benefit & { memberId: string; placedAtMs: number },
  memberCoupon: MemberCouponFacts,
  due: Benefit,
): boolean {
  const isFree = memberCoupon.state === 'issued' || memberCoupon.state === 'expired';
  return (
    memberCoupon.memberId === use.memberId &&
    isFree &&
    use.placedAtMs < memberCoupon.expiresAtMs &&
    (use.discountAmount > 0 || use.freesShipping) &&
    use.discountAmount === due.discountAmount &&
    // An order that ships free anyway takes nothing of this, though the coupon would give it.
    (due.freesShipping || !use.freesShipping)
  );
}

/** How codes are stored and compared: nobody has to mind capital letters. */
export function normalCode(code: string): string {
  return code.toUpperCase();
}

/** By how much a coupon's counters move. Free ones are not counted: they are what is left. */
export type CounterMove = { held: number; used: number; expired: number };

const COUNTED = ['held', 'used', 'expired'] as const;

/** Adds to the moves of its coupon that a member's coupon goes from one state to another. */
export function countChange(
  moves: Map<string, CounterMove>,
  couponId: string,
  from: MemberCouponState,
  to: MemberCouponState,
): void {
  const move = moves.get(couponId) ?? { held: 0, used: 0, expired: 0 };
  for (const state of COUNTED) move[state] += Number(to === state) - Number(from === state);
  moves.set(couponId, move);
}
