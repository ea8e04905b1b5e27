import type { RecordedEvent } from '../../platform/events/define-event.ts';
import { stockReleased, stockSold } from './catalog.events.ts';
import { keptUnits } from './sale-pools.rules.ts';
import { flashSaleOf, holdingOf } from './stock-hold-steps.ts';
import type { Request } from './stock-requests.ts';
import type { StockHold } from './stock.store.ts';

/**
 * What a flash sale hears of an order of its own. It hears of each order's end exactly once: from the
 * release, whether the hold was granted or refused; or from the placement, when the release came
 * first and left a tombstone, which knows of no sale.
 */
export function toldToFlashSale(
  request: Request,
  hold: StockHold | undefined,
  next: StockHold,
): RecordedEvent[] {
  const { orderId } = request;
  const flashSaleId = next.flashSaleId ?? flashSaleOf(request);
  if (flashSaleId === null || !hold) return [];
  const events: RecordedEvent[] = [];
  if (hold.state === 'held' && next.state === 'committed') {
    const quantity = keptUnits(holdingOf(hold));
    events.push(stockSold.of(orderId, 1, { flashSaleId, orderId, quantity }));
  }
  const quantity = keptUnits(holdingOf(hold)) - keptUnits(holdingOf(next));
  if (quantity > 0 || endsWithoutUnits(request, hold)) {
    events.push(stockReleased.of(orderId, 1, { flashSaleId, orderId, quantity }));
  }
  return events;
}

/** The order is over and has nothing to give back: it was refused, or undone before it could hold. */
function endsWithoutUnits({ step }: Request, { state }: StockHold): boolean {
  return step === 'hold' ? state === 'released' : step === 'release' && state === 'refused';
}
