import type { Transaction } from '../../../platform/database/transaction.ts';
import { defineConsumer } from '../../../platform/events/consumer.ts';
import { recordEvents } from '../../../platform/events/record-events.ts';
import { holdsToLock } from '../../../platform/holds/holds-to-lock.ts';
import { holdChanges } from '../../../platform/holds/hold-changes.ts';
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
  on: [orderPaid],
  restMs: PAID_REST_MS,
  ordering: 'commutative',
  handle: moveFunds,
});

/** Decides all requests in memory, in their order of arrival, on locked rows that are written once. */
async function moveFunds(tx: Transaction, events: readonly OrderEvent[]): Promise<void> {
  const requests = events.flatMap(toRequests);
  if (requests.length === 0) return;

  const before = await lockHolds(tx, holdsToLock(tx, requests));
  const balances = await LockedBalances.lock(
    tx,
    membersOf(requests, before),
    pointsOf(requests, before),
  );
  const after = new Map(before);
  const entries: Entries = { wallet: [], points: [] };

  for (const request of requests) {
    const known = after.get(request.orderId);
    const decision = decide(request, known, balances);
    if (!decision) continue;
    const { hold, answer } = decision;
    after.set(hold.orderId, hold);
    if (answer) recordEvents(tx, answer);
    if (hold.memberId === null) continue;
    const movement = movementBetween(known, hold);
    balances.move(hold.memberId, movement);
    book(entries, known, { orderId: hold.orderId, memberId: hold.memberId }, movement);
  }

  await store(tx, { before, after, balances, entries });
}

type Entries = { wallet: NewWalletEntry[]; points: NewPointEntry[] };

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

async function store(
  tx: Transaction,
  result: {
    before: ReadonlyMap<Id, FundsHold>;
    after: ReadonlyMap<Id, FundsHold>;
    balances: LockedBalances;
    entries: Entries;
  },
): Promise<void> {
  const { before, after, balances, entries } = result;
  const { fresh, moved } = holdChanges(before, after);
  if (fresh.length > 0) await insertHolds(tx, fresh);
  if (moved.length > 0) await updateHolds(tx, moved);
  await balances.store(tx);
  if (entries.wallet.length > 0) await insertEntries(tx, entries.wallet);
  if (entries.points.length > 0) await insertPointEntries(tx, entries.points);
}
