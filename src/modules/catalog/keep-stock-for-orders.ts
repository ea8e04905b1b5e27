import { impossible } from '../../platform/errors/impossible.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import { defineConsumer } from '../../platform/events/consumer.ts';
import type { EventOf } from '../../platform/events/define-event.ts';
import { recordEvents } from '../../platform/events/record-events.ts';
import { holdChanges } from '../../platform/holds/hold-changes.ts';
import { nextHoldState, type HoldState, type HoldStep } from '../../platform/holds/hold-state.ts';
import type { Id } from '../../platform/ids/id.ts';
import { orderCancelled, orderFailed, orderPaid, orderPlaced } from '../order/order.events.ts';
import { stockHeld, stockRefused } from './catalog.events.ts';
import { refusalOf, unitsBySku, type OrderLine, type StockLevels } from './catalog.rules.ts';
import {
  insertHolds,
  lockHolds,
  lockStock,
  readSkusOnSale,
  updateHolds,
  updateStock,
  type HeldLines,
  type StockHold,
} from './stock.store.ts';

type OrderEvent = EventOf<
  typeof orderPlaced | typeof orderPaid | typeof orderFailed | typeof orderCancelled
>;

/** One thing an order asks of the stock; only a placement names lines. */
type Request = { orderId: Id; step: HoldStep; lines: readonly OrderLine[] };

/**
 * Sets stock aside for orders, sells it when an order is paid, and puts it back when it fails or is
 * undone. All orders of a batch are decided in memory, in their order of arrival, on locked rows: a
 * hot SKU's row is written once a batch.
 */
export const keepStockForOrders = defineConsumer({
  name: 'catalog.keep-stock-for-orders',
  lane: 'catalog',
  on: [orderPlaced, orderPaid, orderFailed, orderCancelled],
  ordering: 'commutative',
  handle: async (tx, events) => {
    const requests = events.map(toRequest);
    const before = await lockHolds(tx, [...new Set(requests.map((request) => request.orderId))]);
    const levels = await lockStock(tx, skusOf(requests, before));
    const asked = new Set(requests.flatMap((request) => request.lines.map((line) => line.skuId)));
    const onSale = asked.size > 0 ? await readSkusOnSale(tx, [...asked]) : new Map();

    const after = new Map(before);
    const moved = new Set<Id>();
    for (const { orderId, step, lines } of requests) {
      const hold = after.get(orderId);
      const refusal = step === 'hold' && !hold ? refusalOf(lines, levels, onSale) : undefined;
      const next = nextHoldState(hold?.state, step, () => refusal === undefined);
      if (next === hold?.state) continue;

      const heldLines = hold?.lines ?? (next === 'held' ? [...unitsBySku(lines)] : []);
      moveUnits(heldLines, hold?.state, next, levels, moved);
      after.set(orderId, { orderId, state: next, lines: heldLines });
      if (step !== 'hold') continue;
      recordEvents(
        tx,
        refusal
          ? stockRefused.of(orderId, 1, { orderId, ...refusal })
          : stockHeld.of(orderId, 1, { orderId }),
      );
    }

    await store(tx, before, after, levels, moved);
  },
});

function toRequest(event: OrderEvent): Request {
  switch (event.name) {
    case 'order.placed':
      return { orderId: event.payload.orderId, step: 'hold', lines: event.payload.lines };
    case 'order.paid':
      return { orderId: event.payload.orderId, step: 'commit', lines: [] };
    case 'order.failed':
    case 'order.cancelled':
      return { orderId: event.payload.orderId, step: 'release', lines: [] };
    default:
      return impossible(event);
  }
}

/** Every SKU that the batch may move: of new lines, and of what is held already. */
function skusOf(requests: readonly Request[], holds: ReadonlyMap<Id, StockHold>): Id[] {
  const skuIds = new Set<Id>();
  for (const { orderId, lines } of requests) {
    for (const { skuId } of lines) skuIds.add(skuId);
    for (const [skuId] of holds.get(orderId)?.lines ?? []) skuIds.add(skuId);
  }
  return [...skuIds];
}

/** Where a hold's units are in each of its states. */
const PLACE: Record<HoldState | 'none', keyof StockLevels> = {
  none: 'open',
  refused: 'open',
  held: 'held',
  committed: 'sold',
  released: 'open',
};

function moveUnits(
  lines: HeldLines,
  from: HoldState | undefined,
  to: HoldState,
  levels: ReadonlyMap<Id, StockLevels>,
  moved: Set<Id>,
): void {
  const source = PLACE[from ?? 'none'];
  const target = PLACE[to];
  if (source === target) return;
  for (const [skuId, quantity] of lines) {
    const level = levels.get(skuId);
    if (!level) throw new Error(`the SKU ${skuId} has no stock row`);
    level[source] -= quantity;
    level[target] += quantity;
    moved.add(skuId);
  }
}

async function store(
  tx: Transaction,
  before: ReadonlyMap<Id, StockHold>,
  after: ReadonlyMap<Id, StockHold>,
  levels: ReadonlyMap<Id, StockLevels>,
  moved: ReadonlySet<Id>,
): Promise<void> {
  const { fresh, moved: movedHolds } = holdChanges(before, after);
  if (fresh.length > 0) await insertHolds(tx, fresh);
  if (movedHolds.length > 0) await updateHolds(tx, movedHolds);
  if (moved.size > 0) {
    await updateStock(
      tx,
      [...levels].filter(([skuId]) => moved.has(skuId)),
    );
  }
}
