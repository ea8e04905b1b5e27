import { impossible } from '../../../platform/errors/impossible.ts';
import type { RecordedEvent } from '../../../platform/events/define-event.ts';
import { nextHoldState } from '../../../platform/holds/hold-state.ts';
import { fundsHeld, fundsRefused } from '../user.events.ts';
import type { Request } from './funds-requests.ts';
import type { LockedBalances } from './locked-balances.ts';
import { NOTHING, refundedUpTo, refundedWhole, takeFor, type FundsHold } from './order-funds.ts';

/** An order's hold after a request, and what the order is told; a hold is answered only once. */
type Decision = { hold: FundsHold; answer?: RecordedEvent };

/** Undefined when the request changes nothing. */
export function decide(
  request: Request,
  known: FundsHold | undefined,
  balances: LockedBalances,
): Decision | undefined {
  switch (request.step) {
    case 'hold':
      return known ? undefined : setAside(request, balances);
    case 'commit':
      // An order whose whole amount a payment provider took has no hold to commit.
      return known && movedOn(known, 'commit');
    case 'refund':
      // After a release everything is back already.
      if (known?.state !== 'committed') return undefined;
      return changed(known, refundedUpTo(known, request.soFar));
    case 'release':
      return known ? movedOn(known, 'release') : { hold: emptyHold(request, 'released') };
    default:
      return impossible(request);
  }
}

function setAside(request: Request & { step: 'hold' }, balances: LockedBalances): Decision {
  const { orderId, memberId, demand, placedAtMs } = request;
  const taken = takeFor(demand, balances.of(memberId, placedAtMs));
  if (typeof taken === 'string') {
    const answer = fundsRefused.of(orderId, 1, { orderId, reason: taken });
    return { hold: emptyHold(request, 'refused'), answer };
  }
  return {
    hold: { ...emptyHold(request, 'held'), ...taken },
    answer: fundsHeld.of(orderId, 1, { orderId }),
  };
}

function emptyHold(
  { orderId, memberId }: Pick<FundsHold, 'orderId' | 'memberId'>,
  state: FundsHold['state'],
): FundsHold {
  return { orderId, memberId, state, ...NOTHING, refundedAmount: 0, refundedPointsAmount: 0 };
}

function movedOn(known: FundsHold, step: 'commit' | 'release'): Decision | undefined {
  const state = nextHoldState(known.state, step, () => false);
  if (state === known.state) return undefined;
  // Written down, so that refunds which come after the release end in the same row.
  const memory = known.state === 'committed' ? refundedWhole(known) : known;
  return { hold: { ...memory, state } };
}

function changed(known: FundsHold, hold: FundsHold): Decision | undefined {
  return hold === known ? undefined : { hold };
}
