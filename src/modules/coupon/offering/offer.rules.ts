import type { CouponKind, CouponScope } from '../coupon.rules.ts';

/** A coupon as an admin wants it. Money is in KRW. */
export type Offer = {
  name: string;
  kind: CouponKind;
  /** What a fixed amount takes off. */
  amount?: number | undefined;
  /** What a percentage takes off, from 1 to 100. */
  percent?: number | undefined;
  /** A percentage takes off no more than this; no limit when not given. */
  maxDiscountAmount?: number | undefined;
  minOrderAmount: number;
  /** What it covers; everything when not given. */
  scope?: { kind: CouponScope; ids?: readonly string[] | undefined } | undefined;
  quantity: number;
  opensAt: Date;
  closesAt: Date;
  validDays?: number | undefined;
  validUntil?: Date | undefined;
  /** What members must know to claim it. */
  code?: string | undefined;
};

export type OfferFault = { path: string; message: string };

/** Everything that does not go together in an offer; none when it may be stored. */
export function faultsIn(offer: Offer, now: Date): OfferFault[] {
  return [...faultsOfBenefit(offer), ...faultsOfScope(offer), ...faultsOfTimes(offer, now)];
}

/** Which kind each field says something about. */
const FIELDS = [
  { field: 'amount', kind: 'fixed_amount', isRequired: true },
  { field: 'percent', kind: 'percentage', isRequired: true },
  { field: 'maxDiscountAmount', kind: 'percentage', isRequired: false },
] as const;

function faultsOfBenefit(offer: Offer): OfferFault[] {
  return FIELDS.flatMap(({ field, kind, isRequired }) => {
    const path = `/${field}`;
    const isGiven = offer[field] !== undefined;
    if (offer.kind === kind) {
      return isRequired && !isGiven ? [{ path, message: `is required for ${kind}` }] : [];
    }
    return isGiven ? [{ path, message: `is for ${kind} only` }] : [];
  });
}

function faultsOfScope({ scope }: Offer): OfferFault[] {
  if (scope === undefined) return [];
  const { kind, ids = [] } = scope;
  const path = '/scope/ids';
  if (kind === 'all') return ids.length > 0 ? [{ path, message: 'must be empty for all' }] : [];
  return ids.length === 0 ? [{ path, message: `must name the ${kind} that it covers` }] : [];
}

function faultsOfTimes(offer: Offer, now: Date): OfferFault[] {
  const { opensAt, closesAt, validDays, validUntil } = offer;
  const faults: OfferFault[] = [];
  if (closesAt <= opensAt) faults.push({ path: '/closesAt', message: 'must be after opensAt' });
  if (validUntil === undefined) {
    if (validDays !== undefined) return faults;
    return [...faults, { path: '/validDays', message: 'is required without validUntil' }];
  }
  if (validDays !== undefined) {
    faults.push({ path: '/validUntil', message: 'cannot go with validDays' });
  }
  if (validUntil <= now || validUntil <= opensAt) {
    faults.push({ path: '/validUntil', message: 'must be in the future, and after opensAt' });
  }
  return faults;
}

/** What an admin may change of a coupon that exists. */
export type OfferChanges = {
  name?: string | undefined;
  quantity?: number | undefined;
  closesAt?: Date | undefined;
};

/** What of a change may not be: units may have been issued, so the quantity only grows. */
export function faultsInChange(
  before: { quantity: number; opensAt: Date },
  { quantity, closesAt }: OfferChanges,
): OfferFault[] {
  const faults: OfferFault[] = [];
  if (quantity !== undefined && quantity < before.quantity) {
    faults.push({ path: '/quantity', message: `may only be raised; it is ${before.quantity}` });
  }
  if (closesAt !== undefined && closesAt <= before.opensAt) {
    faults.push({ path: '/closesAt', message: 'must be after opensAt' });
  }
  return faults;
}
