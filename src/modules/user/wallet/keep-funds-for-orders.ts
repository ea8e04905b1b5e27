import type { Transaction } from '../../../platform/database/transaction.ts';
import { UnitOfWork } from '../../../platform/database/unit-of-work.ts';
import { defineConsumer } from '../../../platform/events/consumer.ts';
import { recordEvents } from '../../../platform/events/record-events.ts';
import { LockedHolds } from '../../../platform/holds/locked-holds.ts';
import { PAID_REST_MS } from '../../../platform/holds/paid-rest.ts';
import { newId, type Id } from '../../../platform/ids/id.ts';
import {
  orderCancelled,
  orderExpired,
  orderFailed,
  orderLinesCancelled,
  orderPaid,
  orderPlaced,
} from '../../order/order.events.ts';
import { insertPointEntries, type NewPointEntry } from '../points/point-entries.store.ts';
import { decide } from './decide-funds.ts';
import { insertHolds, lockHolds, updateHolds } from './funds-holds.store.ts';
import { membersOf, pointsOf, toRequests, type OrderEvent } from './funds-requests.ts';
import { LockedBalances } from './locked-balances.ts';
import { movementBetween, type FundsHold, type Movement } from './order-funds.ts';
import { insertEntries, type NewWalletEntry } from './wallet.store.ts';

/**
 * Sets pay money and points aside for orders, together or not at all, and gives them back when an
 * order fails, expires or is undone, as a whole or in part. What is set aside leaves the balances
 * without an entry; an entry is written only when the member has paid, or got something back.
 */
export const keepFundsForOrders = defineConsumer({
  name: 'user.keep-funds-for-orders',
  lane: 'user',
  atOnce: true,
  on: [orderPlaced, orderFailed, orderExpired, orderLinesCancelled, orderCancelled],
  ordering: 'commutative',
  handle: moveFunds,
});

/**
 * Spends what was set aside for orders that are paid. Nobody waits for it: in a lane of its own it
 * takes many orders at once, and keeps no shopper's hold waiting.
 */
export const spendFundsOnPaidOrders = defineConsumer({
  name: 'user.spend-funds-on-paid-orders',
  lane: 'user-paid',
  atOnce: true,
  on: [orderPaid],
  restMs: PAID_REST_MS,
  ordering: 'commutative',
  handle: moveFunds,
});

/** Decides all requests in memory, in their order of arrival, on locked rows that are written once. */
async function moveFunds(tx: Transaction, events: readonly OrderEvent[]): Promise<void> {
  const requests = events.flatMap(toRequests);
  if (requests.length === 0) return;

  const { holds, balances, entries } = fundsWork.of(tx);
  await holds.lock(tx, requests);
  await balances.lock(tx, membersOf(requests, holds), pointsOf(requests, holds));

  for (const request of requests) {
    const known = holds.get(request.orderId);
    const decision = decide(request, known, balances);
    if (!decision) continue;
    const { hold, answer } = decision;
    holds.set(hold);
    if (answer) recordEvents(tx, answer);
    if (hold.memberId === null) continue;
    const movement = movementBetween(known, hold);
    balances.move(hold.memberId, movement);
    book(entries, known, { orderId: hold.orderId, memberId: hold.memberId }, movement);
  }
}

type Entries = { wallet: NewWalletEntry[]; points: NewPointEntry[] };

/** What a transaction has locked of members' funds, and what it makes of it. */
type FundsWork = {
  holds: LockedHolds<FundsHold>;
  balances: LockedBalances;
  entries: Entries;
};

const fundsWork = new UnitOfWork<FundsWork>(
  () => ({
    holds: new LockedHolds(lockHolds),
    balances: new LockedBalances(),
    entries: { wallet: [], points: [] },
  }),
  store,
);

/** Notes what a step of a hold means for the member's lists: a payment, then refunds. */
function book(
  { wallet, points }: Entries,
  before: FundsHold | undefined,
  whose: { orderId: Id; memberId: Id },
  { bookedFunds, bookedPoints }: Movement,
): void {
  const kind = before?.state === 'held' ? 'payment' : 'refund';
  if (bookedFunds.paidAmount !== 0 || bookedFunds.freeAmount !== 0) {
    wallet.push({ id: newId(), ...whose, kind, ...bookedFunds, reason: null });
  }
  if (bookedPoints !== 0) {
    const entry = { id: newId(), ...whose, kind, amount: bookedPoints } as const;
    points.push({ ...entry, reason: null, expiresAt: null });
  }
}

function store(tx: Transaction, { holds, balances, entries }: FundsWork): void {
  const { fresh, moved } = holds.changes();
  if (fresh.length > 0) tx.later(insertHolds(tx, fresh));
  if (moved.length > 0) tx.later(updateHolds(tx, moved));
  tx.later(balances.store(tx));
  if (entries.wallet.length > 0) tx.later(insertEntries(tx, entries.wallet));
  if (entries.points.length > 0) tx.later(insertPointEntries(tx, entries.points));
}
