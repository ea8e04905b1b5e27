import { impossible } from '../../../platform/errors/impossible.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { defineConsumer } from '../../../platform/events/consumer.ts';
import type { EventOf, RecordedEvent } from '../../../platform/events/define-event.ts';
import { recordEvents } from '../../../platform/events/record-events.ts';
import { holdChanges } from '../../../platform/holds/hold-changes.ts';
import { nextHoldState, type HoldState } from '../../../platform/holds/hold-state.ts';
import { newId, type Id } from '../../../platform/ids/id.ts';
import type { Krw } from '../../../platform/money/krw.ts';
import { orderCancelled, orderFailed, orderPaid, orderPlaced } from '../../order/order.events.ts';
import { fundsHeld, fundsRefused } from '../user.events.ts';
import { insertHolds, lockHolds, updateHolds, type FundsHold } from './funds-holds.store.ts';
import { fundsFor, minus, NO_FUNDS, plus, totalOf, type Funds } from './wallet.rules.ts';
import {
  insertEntries,
  lockWallets,
  updateWallets,
  type NewWalletEntry,
  type Wallet,
} from './wallet.store.ts';

type OrderEvent = EventOf<
  typeof orderPlaced | typeof orderPaid | typeof orderFailed | typeof orderCancelled
>;

/** One thing an order asks of a member's wallet. */
type Request =
  | { step: 'hold'; orderId: Id; memberId: Id; amount: Krw }
  | { step: 'commit' | 'release'; orderId: Id; memberId: Id | null };

/**
 * Sets pay money aside for orders, spends it when an order is paid, and gives it back when it fails
 * or is undone. What is set aside leaves the wallet without an entry; an entry is written only when
 * the member has paid, or got something back.
 */
export const keepFundsForOrders = defineConsumer({
  name: 'user.keep-funds-for-orders',
  lane: 'user',
  on: [orderPlaced, orderPaid, orderFailed, orderCancelled],
  ordering: 'commutative',
  handle: async (tx, events) => {
    const requests = events.flatMap(toRequests);
    if (requests.length === 0) return;

    const before = await lockHolds(tx, [...new Set(requests.map((request) => request.orderId))]);
    const wallets = await lockWallets(tx, membersOf(requests, before));
    const after = new Map(before);
    const changed = new Set<Id>();
    const entries: NewWalletEntry[] = [];

    for (const request of requests) {
      const known = after.get(request.orderId);
      const memberId = known?.memberId ?? request.memberId;
      const wallet = memberId === null ? undefined : wallets.get(memberId);
      const hold = decide(request, known, wallet);
      if (!hold) continue;
      after.set(hold.orderId, hold);
      if (request.step === 'hold') recordEvents(tx, answerOf(hold));

      // Refused, released before it was held, or nothing to pay: no money moves.
      if (totalOf(hold) === 0) continue;
      if (!wallet) throw new Error(`the wallet behind the hold of order ${hold.orderId} is gone`);
      const { toWallet, entry } = effectOf(known?.state, hold);
      if (toWallet) {
        wallets.set(wallet.memberId, { memberId: wallet.memberId, ...plus(wallet, toWallet) });
        changed.add(wallet.memberId);
      }
      if (entry) entries.push(entryFor(hold.orderId, wallet.memberId, entry));
    }

    const changedWallets = [...wallets.values()].filter((wallet) => changed.has(wallet.memberId));
    await store(tx, { before, after, changedWallets, entries });
  },
});

function toRequests(event: OrderEvent): Request[] {
  switch (event.name) {
    case 'order.placed': {
      const { orderId, memberId, walletAmount } = event.payload;
      return walletAmount === null
        ? []
        : [{ step: 'hold', orderId, memberId, amount: walletAmount }];
    }
    case 'order.paid': {
      const { orderId, memberId } = event.payload;
      return [{ step: 'commit', orderId, memberId }];
    }
    case 'order.failed':
      return [{ step: 'release', orderId: event.payload.orderId, memberId: null }];
    case 'order.cancelled': {
      const { orderId, memberId, paidAt } = event.payload;
      const release: Request = { step: 'release', orderId, memberId };
      // It may overtake order.paid: the member's list shows payment and refund all the same.
      return paidAt === null ? [release] : [{ step: 'commit', orderId, memberId }, release];
    }
    default:
      return impossible(event);
  }
}

/** Whose wallets may change: of those who place, and of those whom a hold belongs to. */
function membersOf(requests: readonly Request[], holds: ReadonlyMap<Id, FundsHold>): Id[] {
  const members = new Set<Id>();
  for (const request of requests) {
    const known = holds.get(request.orderId);
    if (known && known.memberId !== null) members.add(known.memberId);
    else if (!known && request.step === 'hold') members.add(request.memberId);
  }
  return [...members];
}

/** The order's hold after the request; undefined when the request changes nothing. */
function decide(
  request: Request,
  known: FundsHold | undefined,
  wallet: Wallet | undefined,
): FundsHold | undefined {
  const { step, orderId, memberId } = request;
  // An order whose money a payment provider took has no hold to commit.
  if (!known && step === 'commit') return undefined;
  const funds = step === 'hold' && wallet ? fundsFor(request.amount, wallet) : undefined;
  const state = nextHoldState(known?.state, step, () => funds !== undefined);
  if (state === known?.state) return undefined;
  return known ? { ...known, state } : { orderId, memberId, ...(funds ?? NO_FUNDS), state };
}

function answerOf({ orderId, state }: FundsHold): RecordedEvent {
  return state === 'held'
    ? fundsHeld.of(orderId, 1, { orderId })
    : fundsRefused.of(orderId, 1, { orderId, reason: 'payment_declined' });
}

function entryFor(orderId: Id, memberId: Id, entry: NonNullable<Effect['entry']>): NewWalletEntry {
  return { id: newId(), memberId, ...entry, orderId, reason: null };
}

type Effect = { toWallet?: Funds; entry?: Pick<NewWalletEntry, 'kind' | keyof Funds> };

/** What a hold's new state means for the wallet's balance, and for the member's list of entries. */
function effectOf(from: HoldState | undefined, hold: FundsHold): Effect {
  const { paidAmount, freeAmount } = hold;
  switch (hold.state) {
    case 'held':
      return { toWallet: minus(NO_FUNDS, hold) };
    case 'committed':
      return { entry: { kind: 'payment', ...minus(NO_FUNDS, hold) } };
    case 'released':
      if (from === 'held') return { toWallet: hold };
      return { toWallet: hold, entry: { kind: 'refund', paidAmount, freeAmount } };
    case 'refused':
      return {};
    default:
      return impossible(hold.state);
  }
}

async function store(
  tx: Transaction,
  result: {
    before: ReadonlyMap<Id, FundsHold>;
    after: ReadonlyMap<Id, FundsHold>;
    changedWallets: readonly Wallet[];
    entries: readonly NewWalletEntry[];
  },
): Promise<void> {
  const { before, after, changedWallets, entries } = result;
  const { fresh, moved } = holdChanges(before, after);
  if (fresh.length > 0) await insertHolds(tx, fresh);
  if (moved.length > 0) await updateHolds(tx, moved);
  if (changedWallets.length > 0) await updateWallets(tx, changedWallets);
  if (entries.length > 0) await insertEntries(tx, entries);
}
