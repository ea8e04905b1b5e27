import type { Clock } from '../../../platform/clock/clock.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { recordEvents } from '../../../platform/events/record-events.ts';
import type { Claim } from '../../../platform/first-come/first-come.rules.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { expiryOf } from '../coupon.rules.ts';
import { insertMemberCoupons, readValidity } from './campaign.store.ts';
import { issuedEvent } from './issued-event.ts';

export type StoreClaims = (
  tx: Transaction,
  couponId: Id,
  claims: readonly Claim[],
) => Promise<void>;

/**
 * Puts coupons into members' hands, and tells of them all in one event; they expire together. The
 * caller has locked the coupon's counters, and moves them.
 */
export function createStoreClaims({ clock }: { clock: Clock }): StoreClaims {
  return async function storeClaims(tx, couponId, claims) {
    const expiresAt = expiryOf(await readValidity(tx, couponId), clock.now());
    await insertMemberCoupons(tx, couponId, { claims, expiresAt });
    const until = expiresAt.toISOString();
    const issues = claims.map(({ claimId: id, memberId }) => ({ id, memberId, expiresAt: until }));
    recordEvents(tx, issuedEvent(couponId, issues));
  };
}
