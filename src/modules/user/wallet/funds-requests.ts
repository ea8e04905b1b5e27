import { impossible } from '../../../platform/errors/impossible.ts';
import type { EventOf } from '../../../platform/events/define-event.ts';
import type { HoldsByOrder } from '../../../platform/holds/locked-holds.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type {
  orderCancelled,
  orderExpired,
  orderFailed,
  orderLinesCancelled,
  orderPaid,
  orderPlaced,
} from '../../order/order.events.ts';
import type { Demand, FundsHold } from './order-funds.ts';

export type OrderEvent = EventOf<
  | typeof orderPlaced
  | typeof orderPaid
  | typeof orderFailed
  | typeof orderExpired
  | typeof orderLinesCancelled
  | typeof orderCancelled
>;

/** One thing an order asks of a member's funds. */
export type Request =
  | { step: 'hold'; orderId: Id; memberId: Id; demand: Demand; placedAtMs: number }
  | { step: 'commit'; orderId: Id }
  | { step: 'refund'; orderId: Id; soFar: Demand }
  | { step: 'release'; orderId: Id; memberId: Id | null };

export function toRequests(event: OrderEvent): Request[] {
  const { orderId } = event.payload;
  switch (event.name) {
    case 'order.placed': {
      const { memberId, funds, placedAt } = event.payload;
      if (funds === null) return [];
      return [{ step: 'hold', orderId, memberId, demand: funds, placedAtMs: Date.parse(placedAt) }];
    }
    case 'order.paid':
      return [{ step: 'commit', orderId }];
    case 'order.lines-cancelled':
      // It may overtake order.paid: the member's list shows payment and refund all the same.
      return [
        { step: 'commit', orderId },
        { step: 'refund', orderId, soFar: event.payload.soFar },
      ];
    case 'order.failed':
    case 'order.expired':
      return [{ step: 'release', orderId, memberId: null }];
    case 'order.cancelled': {
      const { memberId, paidAt } = event.payload;
      const release: Request = { step: 'release', orderId, memberId };
      // It may overtake order.paid, too.
      return paidAt === null ? [release] : [{ step: 'commit', orderId }, release];
    }
    default:
      return impossible(event);
  }
}

/**
 * Whose balances may change: of those who place, and of those to whom something of a hold may go back.
 * What was set aside has left the balance already, so a payment changes none.
 */
export function membersOf(requests: readonly Request[], holds: HoldsByOrder<FundsHold>): Id[] {
  const members = new Set<Id>();
  for (const request of requests) {
    if (request.step === 'commit') continue;
    const known = holds.get(request.orderId);
    if (known && known.memberId !== null) members.add(known.memberId);
    else if (!known && request.step === 'hold') members.add(request.memberId);
  }
  return [...members];
}

/**
 * Which points may change: of members who spend some, and the lots that some go back to. Both are
 * empty for orders without points, which then cost no look at the lots.
 */
export function pointsOf(
  requests: readonly Request[],
  holds: HoldsByOrder<FundsHold>,
): { memberIds: Id[]; lotIds: Id[] } {
  const memberIds = new Set<Id>();
  const lotIds = new Set<Id>();
  for (const request of requests) {
    const known = holds.get(request.orderId);
    switch (request.step) {
      case 'hold':
        if (!known && request.demand.pointsAmount > 0) memberIds.add(request.memberId);
        break;
      case 'commit':
        break;
      case 'refund':
      case 'release':
        for (const { lotId } of known?.points ?? []) lotIds.add(lotId);
        break;
      default:
        return impossible(request);
    }
  }
  return { memberIds: [...memberIds], lotIds: [...lotIds] };
}
