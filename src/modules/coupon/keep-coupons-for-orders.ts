import { impossible } from '../../platform/errors/impossible.ts';
import { addUnknown, unknownOf } from '../../platform/collections/known.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import { UnitOfWork } from '../../platform/database/unit-of-work.ts';
import { defineConsumer } from '../../platform/events/consumer.ts';
import type { EventOf } from '../../platform/events/define-event.ts';
import { recordEvents } from '../../platform/events/record-events.ts';
import { LockedHolds } from '../../platform/holds/locked-holds.ts';
import { PAID_REST_MS } from '../../platform/holds/paid-rest.ts';
import { nextHoldState, type HoldState, type HoldStep } from '../../platform/holds/hold-state.ts';
import type { Id } from '../../platform/ids/id.ts';
import {
  orderCancelled,
  orderExpired,
  orderFailed,
  orderPaid,
  orderPlaced,
} from '../order/order.events.ts';
import { benefitOf, couponHeld, couponRefused } from './coupon.events.ts';
import { countChange, mayUse, type CounterMove, type MemberCouponState } from './coupon.rules.ts';
import {
  insertHolds,
  lockHolds,
  lockMemberCoupons,
  updateHolds,
  type HeldCoupon,
  type Hold,
} from './coupon-holds.store.ts';
import { moveCounters, updateMemberCoupons } from './coupon-states.store.ts';

type Placed = EventOf<typeof orderPlaced>;
type OrderEvent =
  | Placed
  | EventOf<typeof orderPaid | typeof orderFailed | typeof orderExpired | typeof orderCancelled>;

/** One thing an order asks of a member's coupon. */
type Request = { orderId: Id; memberCouponId: Id; step: HoldStep; placed?: Placed['payload'] };

/**
 * Sets members' coupons aside for orders, and gives them back when an order fails, expires or is
 * undone as a whole. Lines that are cancelled leave the coupon spent.
 */
export const keepCouponsForOrders = defineConsumer({
  name: 'coupon.keep-coupons-for-orders',
  lane: 'coupon',
  atOnce: true,
  on: [orderPlaced, orderFailed, orderExpired, orderCancelled],
  concerns: usesCoupon,
  ordering: 'commutative',
  handle: moveCoupons,
});

/**
 * Spends the coupons of orders that are paid. Nobody waits for it: in a lane of its own it takes many
 * orders at once, and keeps no shopper's hold waiting.
 */
export const spendCouponsOnPaidOrders = defineConsumer({
  name: 'coupon.spend-coupons-on-paid-orders',
  lane: 'coupon-paid',
  atOnce: true,
  on: [orderPaid],
  concerns: usesCoupon,
  restMs: PAID_REST_MS,
  ordering: 'commutative',
  handle: moveCoupons,
});

async function moveCoupons(tx: Transaction, events: readonly OrderEvent[]): Promise<void> {
  const requests = events.flatMap(toRequest);
  if (requests.length === 0) return;

  const work = couponWork.of(tx);
  await look(tx, work, requests);
  const { holds, memberCoupons, moves, changed } = work;

  for (const { orderId, memberCouponId, step, placed } of requests) {
    const memberCoupon = memberCoupons.get(memberCouponId);
    const current = holds.get(orderId)?.state;
    const next = nextHoldState(current, step, () => allows(placed, memberCoupon));
    if (next === current) continue;
    holds.set({ orderId, memberCouponId, state: next });
    if (step === 'hold') {
      const answer = next === 'held' ? couponHeld : couponRefused;
      recordEvents(tx, answer.of(orderId, 1, { orderId }));
    }
    if (memberCoupon && move(memberCoupon, current, next, moves)) changed.add(memberCoupon);
  }
}

/** What a transaction has locked of members' coupons, and what it makes of it. */
type CouponWork = {
  holds: LockedHolds<Hold>;
  memberCoupons: Map<Id, HeldCoupon>;
  /** Members' coupons that are not as they are in the database. */
  changed: Set<HeldCoupon>;
  moves: Map<Id, CounterMove>;
};

const couponWork = new UnitOfWork<CouponWork>(
  () => ({
    holds: new LockedHolds(lockHolds),
    memberCoupons: new Map(),
    changed: new Set(),
    moves: new Map(),
  }),
  store,
);

/** Looks at what the requests are about and nobody has looked at yet. */
async function look(
  tx: Transaction,
  { holds, memberCoupons }: CouponWork,
  requests: readonly Request[],
): Promise<void> {
  const couponIds = new Set(requests.map((request) => request.memberCouponId));
  // Begun together, holds first: neither needs the answer of the other.
  const [, coupons] = await Promise.all([
    holds.lock(tx, requests),
    lockMemberCoupons(tx, unknownOf(memberCoupons, [...couponIds])),
  ]);
  addUnknown(memberCoupons, coupons);
}

/** Most orders use none: their events need not come here at all. */
function usesCoupon(event: OrderEvent): boolean {
  return event.name === 'order.placed'
    ? event.payload.coupon !== null
    : event.payload.memberCouponId !== null;
}

function toRequest(event: OrderEvent): Request[] {
  const { payload } = event;
  switch (event.name) {
    case 'order.placed': {
      const { coupon, orderId } = event.payload;
      if (coupon === null) return [];
      const { memberCouponId } = coupon;
      return [{ orderId, memberCouponId, step: 'hold', placed: event.payload }];
    }
    case 'order.paid':
    case 'order.failed':
    case 'order.expired':
    case 'order.cancelled': {
      const { memberCouponId } = event.payload;
      if (memberCouponId === null) return [];
      const step = event.name === 'order.paid' ? 'commit' : 'release';
      return [{ orderId: payload.orderId, memberCouponId, step }];
    }
    default:
      return impossible(event);
  }
}

function allows(placed: Placed['payload'] | undefined, held: HeldCoupon | undefined): boolean {
  if (!placed?.coupon || !held) return false;
  const { discountAmount, freesShipping, items } = placed.coupon;
  const { memberId, placedAt } = placed;
  return mayUse(
    { memberId, discountAmount, freesShipping, placedAtMs: Date.parse(placedAt) },
    held,
    benefitOf(items, held.terms),
  );
}

/** Follows a hold's step on the member's coupon and in the counters; false when nothing moves. */
function move(
  memberCoupon: HeldCoupon,
  from: HoldState | undefined,
  to: HoldState,
  moves: Map<Id, CounterMove>,
): boolean {
  const next = occupies(to);
  if (occupies(from) === next) return false;
  countChange(moves, memberCoupon.couponId, memberCoupon.state, next);
  memberCoupon.state = next;
  return true;
}

/**
 * What a hold makes of the coupon. A coupon given back keeps its expiry; when that is over by then,
 * the next round of expiries finds it.
 */
function occupies(hold: HoldState | undefined): MemberCouponState {
  switch (hold) {
    case 'held':
      return 'held';
    case 'committed':
      return 'used';
    case 'released':
    case 'refused':
    case undefined:
      return 'issued';
    default:
      return impossible(hold);
  }
}

function store(tx: Transaction, { holds, changed, moves }: CouponWork): void {
  const { fresh, moved: movedHolds } = holds.changes();
  if (fresh.length > 0) tx.later(insertHolds(tx, fresh));
  if (movedHolds.length > 0) tx.later(updateHolds(tx, movedHolds));
  if (changed.size > 0) tx.later(updateMemberCoupons(tx, [...changed]));
  if (moves.size > 0) tx.later(moveCounters(tx, moves));
}
