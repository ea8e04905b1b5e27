import { addUnknown, unknownOf } from '../../platform/collections/known.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import { UnitOfWork } from '../../platform/database/unit-of-work.ts';
import { defineConsumer } from '../../platform/events/consumer.ts';
import type { RecordedEvent } from '../../platform/events/define-event.ts';
import { recordEvents } from '../../platform/events/record-events.ts';
import { LockedHolds } from '../../platform/holds/locked-holds.ts';
import { PAID_REST_MS } from '../../platform/holds/paid-rest.ts';
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
import { stockChanges } from './catalog.rules.ts';
import {
  movePooledUnits,
  poolRefusalOf,
  type PooledLevels,
  type PooledStock,
  type SalePool,
} from './sale-pools.rules.ts';
import { lockPools, updatePools } from './sale-pools.store.ts';
import { holdingOf, nextHold } from './stock-hold-steps.ts';
import { moveUnits, refusalOf, type HoldRefusal, type SkuOnSale } from './stock-holds.rules.ts';
import {
  flashSalesOf,
  linesOf,
  skusOf,
  toRequest,
  type OrderEvent,
  type Request,
} from './stock-requests.ts';
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
import { toldToFlashSale } from './tell-flash-sales.ts';

/**
 * Sets stock aside for orders, and puts it back when they fail, expire or are undone, as a whole or
 * in part; for the orders of a flash sale from the sale's own pool.
 */
export const keepStockForOrders = defineConsumer({
  name: 'catalog.keep-stock-for-orders',
  lane: 'catalog',
  atOnce: true,
  on: [orderPlaced, orderFailed, orderExpired, orderLinesCancelled, orderCancelled],
  ordering: 'commutative',
  handle: moveStock,
});

/**
 * Sells what was set aside for orders that are paid. Nobody waits for it: in a lane of its own it
 * takes many orders at once, and keeps no shopper's hold waiting.
 */
export const sellStockOfPaidOrders = defineConsumer({
  name: 'catalog.sell-stock-of-paid-orders',
  lane: 'catalog-paid',
  atOnce: true,
  on: [orderPaid],
  restMs: PAID_REST_MS,
  ordering: 'commutative',
  handle: moveStock,
});

/**
 * All orders of a batch are decided in memory, in their order of arrival, on locked rows: a hot SKU's
 * row is written once a transaction, and what shoppers are told of it changes at most once.
 */
async function moveStock(tx: Transaction, events: readonly OrderEvent[]): Promise<void> {
  const requests = events.map(toRequest);
  const work = stockWork.of(tx);
  await look(tx, work, requests);
  for (const request of requests) {
    const { orderId } = request;
    const hold = work.holds.get(orderId);
    const isNew = request.step === 'hold' && !hold;
    const refusal = isNew ? refusalFrom(work, request) : undefined;
    const next = nextHold(request, hold, refusal);
    recordEvents(tx, ...toldToFlashSale(request, hold, next));
    if (next === hold) continue;
    move(work, hold, next);
    work.holds.set(next);
    if (isNew) recordEvents(tx, answerTo(orderId, refusal));
  }
}

/** What a transaction has locked of the stock, and what it makes of it. */
type StockWork = {
  holds: LockedHolds<StockHold>;
  /** Levels as they are in the database, and as they are to be. */
  stock: Map<Id, PooledStock>;
  levels: Map<Id, PooledLevels>;
  pools: Map<Id, SalePool>;
  onSale: Map<Id, SkuOnSale>;
};

const stockWork = new UnitOfWork<StockWork>(
  () => ({
    holds: new LockedHolds(lockHolds),
    stock: new Map(),
    levels: new Map(),
    pools: new Map(),
    onSale: new Map(),
  }),
  store,
);

/** Looks at what the requests are about and nobody has looked at yet. */
async function look(tx: Transaction, work: StockWork, requests: readonly Request[]): Promise<void> {
  await work.holds.lock(tx, requests);
  const asked = new Set(requests.flatMap(linesOf).map((line) => line.skuId));
  // Begun together, locks first: none of them needs the answer of another.
  const [stock, pools, onSale] = await Promise.all([
    lockStock(tx, unknownOf(work.stock, skusOf(requests, work.holds))),
    lockPools(tx, unknownOf(work.pools, flashSalesOf(requests, work.holds))),
    readSkusOnSale(tx, unknownOf(work.onSale, [...asked])),
  ]);
  addUnknown(work.stock, stock);
  addUnknown(
    work.levels,
    [...stock].map(([skuId, row]) => [skuId, { ...row }] as const),
  );
  addUnknown(work.pools, pools);
  addUnknown(work.onSale, onSale);
}

function refusalFrom(
  { levels, pools, onSale }: StockWork,
  request: Extract<Request, { step: 'hold' }>,
): HoldRefusal | undefined {
  const { lines, flashSaleId } = request;
  return flashSaleId === null
    ? refusalOf(lines, levels, onSale)
    : poolRefusalOf(lines, pools.get(flashSaleId), onSale);
}

function move({ levels, pools }: StockWork, hold: StockHold | undefined, next: StockHold): void {
  const [before, after] = [holdingOf(hold), holdingOf(next)];
  if (next.flashSaleId === null) {
    moveUnits(levels, before, after);
    return;
  }
  const pool = pools.get(next.flashSaleId);
  const level = pool && levels.get(pool.skuId);
  // Without a pool the hold was refused, and has nothing to move.
  if (pool && level) movePooledUnits(level, pool, before, after);
}

function answerTo(orderId: Id, refusal: HoldRefusal | undefined): RecordedEvent {
  return refusal
    ? stockRefused.of(orderId, 1, { orderId, ...refusal })
    : stockHeld.of(orderId, 1, { orderId });
}

function store(tx: Transaction, { holds, stock, levels, pools }: StockWork): void {
  const { fresh, moved } = holds.changes();
  if (fresh.length > 0) tx.later(insertHolds(tx, fresh));
  if (moved.length > 0) tx.later(updateHolds(tx, moved));
  const withOtherLines = moved.filter(
    ({ orderId, lines }) => holds.stored(orderId)?.lines !== lines,
  );
  if (withOtherLines.length > 0) tx.later(updateHeldLines(tx, withOtherLines));
  const changes = stockChanges(stock, levels);
  if (changes.length > 0) tx.later(updateStock(tx, changes));
  if (pools.size > 0) tx.later(updatePools(tx, pools));
  tellAvailability(
    tx,
    changes.filter((change) => change.crossed),
  );
}
