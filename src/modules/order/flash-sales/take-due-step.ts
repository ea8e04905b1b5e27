import { impossible } from '../../../platform/errors/impossible.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { recordEvents } from '../../../platform/events/record-events.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { flashSaleEnded, flashSaleOpening } from '../order.events.ts';
import { ADMITTED_AT_ONCE, type AdmitTickets } from './admit-tickets.ts';
import { dropped, type DueStep } from './flash-sales.rules.ts';
import type { LockedSale } from './flash-sales.store.ts';
import { CLOSED_AT_ONCE, closeLine } from './tickets.store.ts';

/** The sale as it is after a step, the tickets that it moved, and whether more is due at once. */
export type StepTaken = { sale: LockedSale; ticketIds: readonly Id[]; hasMore: boolean };

/** Does what is due about a sale that is locked; the caller stores its counters. */
export async function takeDueStep(
  tx: Transaction,
  sale: LockedSale,
  step: DueStep,
  admitTickets: AdmitTickets,
): Promise<StepTaken> {
  const nobody = { ticketIds: [] };
  switch (step) {
    case 'open':
      return { ...nobody, sale: beginOpening(tx, sale), hasMore: false };
    case 'drop':
      return { ...nobody, sale: dropped(sale), hasMore: false };
    case 'close':
      return { ...nobody, sale: { ...sale, state: 'closing' }, hasMore: true };
    case 'end':
      return end(tx, sale);
    case 'admit': {
      const admission = await admitTickets(tx, sale);
      return { ...admission, hasMore: admission.ticketIds.length === ADMITTED_AT_ONCE };
    }
    default:
      return impossible(step);
  }
}

/** Asks catalog to set a sale's units aside; it answers with those that it could. */
export function beginOpening<Known extends Pick<LockedSale, 'id' | 'skuId' | 'price' | 'quantity'>>(
  tx: Transaction,
  sale: Known,
): Known & { state: 'opening' } {
  const { id: flashSaleId, skuId, price, quantity } = sale;
  const payload = { flashSaleId, skuId, price, quantity };
  recordEvents(tx, flashSaleOpening.of(flashSaleId, 1, payload));
  return { ...sale, state: 'opening' };
}

/** Sends the line home; when no order is under way any more, the rest of the units goes back. */
async function end(tx: Transaction, sale: LockedSale): Promise<StepTaken> {
  const ticketIds = await closeLine(tx, sale.id);
  if (ticketIds.length === CLOSED_AT_ONCE) return { sale, ticketIds, hasMore: true };
  if (sale.taken > 0) return { sale, ticketIds, hasMore: false };
  recordEvents(tx, flashSaleEnded.of(sale.id, 2, { flashSaleId: sale.id }));
  return { sale: { ...sale, state: 'ending' }, ticketIds, hasMore: false };
}
