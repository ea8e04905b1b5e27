import { nextHoldState, type HoldState } from '../../platform/holds/hold-state.ts';
import type { StockLevels } from './catalog.rules.ts';
import {
  cancelUpTo,
  unitsBySku,
  type HeldLines,
  type Holding,
  type HoldRefusal,
} from './stock-holds.rules.ts';
import { linesOf, type Request } from './stock-requests.ts';
import type { StockHold } from './stock.store.ts';

/** The order's hold after the request; the same one when the request changes nothing. */
export function nextHold(
  request: Request,
  hold: StockHold | undefined,
  refusal: HoldRefusal | undefined,
): StockHold {
  // Lines are cancelled of paid orders only: this may have overtaken the payment.
  const step = request.step === 'cancel-lines' ? 'commit' : request.step;
  const state = nextHoldState(hold?.state, step, () => refusal === undefined);
  const lines = linesAfter(request, state, hold);
  if (hold && hold.state === state && hold.lines === lines) return hold;
  const { orderId } = request;
  return { orderId, state, lines, flashSaleId: hold?.flashSaleId ?? flashSaleOf(request) };
}

function linesAfter(request: Request, state: HoldState, hold: StockHold | undefined): HeldLines {
  // One that was refused, or released before it was made, has nothing.
  if (!hold) return state === 'held' ? [...unitsBySku(linesOf(request))] : [];
  const cancels = request.step === 'cancel-lines' && state === 'committed';
  return cancels ? cancelUpTo(hold.lines, request.soFar) : hold.lines;
}

/** The flash sale that an order names when it is placed; null for the open stock. */
export function flashSaleOf(request: Request): string | null {
  return request.step === 'hold' ? request.flashSaleId : null;
}

/** Where a hold's units are in each of its states. */
const PLACE: Record<HoldState, keyof StockLevels> = {
  refused: 'open',
  held: 'held',
  committed: 'sold',
  released: 'open',
};

export function holdingOf(hold: StockHold | undefined): Holding {
  return hold ? { lines: hold.lines, place: PLACE[hold.state] } : { lines: [], place: 'open' };
}
