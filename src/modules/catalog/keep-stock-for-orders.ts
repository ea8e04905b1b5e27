import type { Transaction } from '../../platform/database/transaction.ts';
import { defineConsumer } from '../../platform/events/consumer.ts';
import type { RecordedEvent } from '../../platform/events/define-event.ts';
import { recordEvents } from '../../platform/events/record-events.ts';
import { holdsToLock } from '../../platform/holds/holds-to-lock.ts';
import { holdChanges } from '../../platform/holds/hold-changes.ts';
import { nextHoldState, type HoldState } from '../../platform/holds/hold-state.ts';
import type { Id } from '../../platform/ids/id.ts';
import {
  orderCancelled,
  orderExpired,
  orderFailed,
  orderLinesCancelled,
  orderPaid,
  orderPlaced,
} from '../order/order.events.ts';
import { stockHeld, stockRefused } from './catalog.events.ts';
import { stockChanges, type StockLevels } from './catalog.rules.ts';
import {
  cancelUpTo,
  moveUnits,
  refusalOf,
  unitsBySku,
  type HeldLines,
  type Holding,
  type HoldRefusal,
} from './stock-holds.rules.ts';
import { linesOf, skusOf, toRequest, type Request } from './stock-requests.ts';
import {
  insertHolds,
  lockHolds,
  lockStock,
  readSkusOnSale,
  updateHeldLines,
  updateHolds,
  updateStock,
  type StockHold,
} from './stock.store.ts';
import { tellAvailability } from './tell-availability.ts';

/**
 * Sets stock aside for orders, sells it when an order is paid, and puts it back when it fails,
 * expires or is undone, as a whole or in part. All orders of a batch are decided in memory, in their
 * order of arrival, on locked rows: a hot SKU's row is written once a batch, and what shoppers are
 * told of it changes at most once.
 */
export const keepStockForOrders = defineConsumer({
  name: 'catalog.keep-stock-for-orders',
  lane: 'catalog',
  on: [orderPlaced, orderPaid, orderFailed, orderExpired, orderLinesCancelled, orderCancelled],
  // The order is decided: its holds become final a moment later.
  patient: [orderPaid],
  ordering: 'commutative',
  handle: async (tx, events) => {
    const requests = events.map(toRequest);
    const before = await lockHolds(tx, holdsToLock(tx, requests));
    const stock = await lockStock(tx, skusOf(requests, before));
    const asked = new Set(requests.flatMap(linesOf).map((line) => line.skuId));
    const onSale = asked.size > 0 ? await readSkusOnSale(tx, [...asked]) : new Map();

    const after = new Map(before);
    const levels = new Map([...stock].map(([skuId, row]) => [skuId, { ...row }]));
    for (const request of requests) {
      const hold = after.get(request.orderId);
      const isNew = request.step === 'hold' && !hold;
      const refusal = isNew ? refusalOf(request.lines, levels, onSale) : undefined;
      const next = nextHold(request, hold, refusal);
      if (next === hold) continue;
      moveUnits(levels, holdingOf(hold), holdingOf(next));
      after.set(request.orderId, next);
      if (isNew) recordEvents(tx, answerTo(request.orderId, refusal));
    }

    await storeHolds(tx, before, after);
    const changes = stockChanges(stock, levels);
    if (changes.length > 0) await updateStock(tx, changes);
    tellAvailability(
      tx,
      changes.filter((change) => change.crossed),
    );
  },
});

/** The order's hold after the request; the same one when the request changes nothing. */
function nextHold(
  request: Request,
  hold: StockHold | undefined,
  refusal: HoldRefusal | undefined,
): StockHold {
  // Lines are cancelled of paid orders only: this may have overtaken the payment.
  const step = request.step === 'cancel-lines' ? 'commit' : request.step;
  const state = nextHoldState(hold?.state, step, () => refusal === undefined);
  const lines = linesAfter(request, state, hold);
  if (hold && hold.state === state && hold.lines === lines) return hold;
  return { orderId: request.orderId, state, lines };
}

function linesAfter(request: Request, state: HoldState, hold: StockHold | undefined): HeldLines {
  // One that was refused, or released before it was made, has nothing.
  if (!hold) return state === 'held' ? [...unitsBySku(linesOf(request))] : [];
  const cancels = request.step === 'cancel-lines' && state === 'committed';
  return cancels ? cancelUpTo(hold.lines, request.soFar) : hold.lines;
}

/** Where a hold's units are in each of its states. */
const PLACE: Record<HoldState, keyof StockLevels> = {
  refused: 'open',
  held: 'held',
  committed: 'sold',
  released: 'open',
};

function holdingOf(hold: StockHold | undefined): Holding {
  return hold ? { lines: hold.lines, place: PLACE[hold.state] } : { lines: [], place: 'open' };
}

function answerTo(orderId: Id, refusal: HoldRefusal | undefined): RecordedEvent {
  return refusal
    ? stockRefused.of(orderId, 1, { orderId, ...refusal })
    : stockHeld.of(orderId, 1, { orderId });
}

async function storeHolds(
  tx: Transaction,
  before: ReadonlyMap<Id, StockHold>,
  after: ReadonlyMap<Id, StockHold>,
): Promise<void> {
  const { fresh, moved } = holdChanges(before, after);
  if (fresh.length > 0) await insertHolds(tx, fresh);
  if (moved.length > 0) await updateHolds(tx, moved);
  const withOtherLines = moved.filter(({ orderId, lines }) => before.get(orderId)?.lines !== lines);
  if (withOtherLines.length > 0) await updateHeldLines(tx, withOtherLines);
}
