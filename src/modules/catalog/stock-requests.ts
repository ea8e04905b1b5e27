import { impossible } from '../../platform/errors/impossible.ts';
import type { EventOf } from '../../platform/events/define-event.ts';
import type { HoldsByOrder } from '../../platform/holds/locked-holds.ts';
import type { Id } from '../../platform/ids/id.ts';
import type {
  orderCancelled,
  orderExpired,
  orderFailed,
  orderLinesCancelled,
  orderPaid,
  orderPlaced,
} from '../order/order.events.ts';
import type { OrderLine } from './stock-holds.rules.ts';
import type { StockHold } from './stock.store.ts';

export type OrderEvent = EventOf<
  | typeof orderPlaced
  | typeof orderPaid
  | typeof orderFailed
  | typeof orderExpired
  | typeof orderLinesCancelled
  | typeof orderCancelled
>;

/** One thing an order asks of the stock. */
export type Request =
  | { step: 'hold'; orderId: Id; lines: readonly OrderLine[]; flashSaleId: Id | null }
  | { step: 'commit' | 'release'; orderId: Id }
  | { step: 'cancel-lines'; orderId: Id; soFar: readonly { skuId: Id; quantity: number }[] };

export function toRequest(event: OrderEvent): Request {
  const { orderId } = event.payload;
  switch (event.name) {
    case 'order.placed': {
      const { lines, flashSaleId } = event.payload;
      return { step: 'hold', orderId, lines, flashSaleId };
    }
    case 'order.paid':
      return { step: 'commit', orderId };
    case 'order.lines-cancelled':
      return { step: 'cancel-lines', orderId, soFar: event.payload.soFar.lines };
    case 'order.failed':
    case 'order.expired':
    case 'order.cancelled':
      return { step: 'release', orderId };
    default:
      return impossible(event);
  }
}

/** What a placement wants; nothing else brings lines that are not held yet. */
export function linesOf(request: Request): readonly OrderLine[] {
  return request.step === 'hold' ? request.lines : [];
}

/** Every SKU that the batch may move: of new lines, and of what is held already. */
export function skusOf(requests: readonly Request[], holds: HoldsByOrder<StockHold>): Id[] {
  const skuIds = new Set<Id>();
  for (const request of requests) {
    for (const { skuId } of linesOf(request)) skuIds.add(skuId);
    for (const [skuId] of holds.get(request.orderId)?.lines ?? []) skuIds.add(skuId);
  }
  return [...skuIds];
}

/** Every flash sale whose units the batch may move. */
export function flashSalesOf(requests: readonly Request[], holds: HoldsByOrder<StockHold>): Id[] {
  const ids = requests.flatMap((request) => [
    request.step === 'hold' ? request.flashSaleId : null,
    holds.get(request.orderId)?.flashSaleId ?? null,
  ]);
  return [...new Set(ids.filter((id) => id !== null))];
}
