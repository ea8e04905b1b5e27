import { MAX_KRW, type Krw } from '../../../platform/money/krw.ts';
import { balanceTooHigh } from '../user.errors.ts';

/**
 * Throws `balance_too_high` for a grant that would take a balance above the most that money may be.
 * Only what the shop gives is refused. What comes back to a member is the member's own, and refusing it
 * would park the refund of an order that is cancelled already; the columns hold far more.
 */
export function refuseAboveMaximum(balanceAmount: Krw, grantedAmount: Krw): void {
  if (balanceAmount + grantedAmount <= MAX_KRW) return;
  throw balanceTooHigh(undefined, { balanceAmount, maximumAmount: MAX_KRW });
}
