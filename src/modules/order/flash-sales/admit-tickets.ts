import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { recordEvents } from '../../../platform/events/record-events.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { readSkuFacts } from '../copies/copies.store.ts';
import { placedEvent, type PlacingTerms } from '../placing/draft-order.ts';
import type { PlacedOrders } from '../placing/placed-orders.ts';
import { insertOrders } from '../placing/placing.store.ts';
import { draftFlashOrder } from './draft-flash-order.ts';
import { unitsToAdmit } from './flash-sales.rules.ts';
import type { LockedSale } from './flash-sales.store.ts';
import { takeTurns } from './line.rules.ts';
import { markAdmitted, readLine, type QueuedTicket } from './tickets.store.ts';

/** The sale as it is then, and the tickets whose turn it was. */
export type Admission = { sale: LockedSale; ticketIds: Id[] };

export type AdmitTickets = (tx: Transaction, sale: LockedSale) => Promise<Admission>;

/** Orders that one transaction places at the most; whoever looks next goes on. */
export const ADMITTED_AT_ONCE = 1000;

/**
 * Gives the units that nobody has to the first in line: their orders are placed in the same
 * transaction, which has locked the sale. While the product is off sale the line waits. The caller
 * stores the sale's counters.
 */
export function createAdmitTickets(parts: {
  database: Database;
  clock: Clock;
  terms: PlacingTerms;
  placedOrders: PlacedOrders;
}): AdmitTickets {
  const { database, clock, terms, placedOrders } = parts;

  return async function admitTickets(tx, sale) {
    const now = clock.now();
    const units = Math.min(unitsToAdmit(sale, now), ADMITTED_AT_ONCE);
    const nobody = { sale, ticketIds: [] };
    if (units <= 0) return nobody;
    const tickets = await nextInLine(tx, sale.id, units, now);
    if (tickets.length === 0) return nobody;
    const sku = (await readSkuFacts(database, [sale.skuId])).get(sale.skuId);
    if (!sku?.onSale) return nobody;

    const placed = tickets.map((ticket) => ({
      ticketId: ticket.id,
      draft: draftFlashOrder(ticket, sale, sku, terms, now),
    }));
    const drafts = placed.map(({ draft }) => draft);
    await insertOrders(tx, drafts);
    await markAdmitted(
      tx,
      placed.map(({ ticketId, draft }) => ({ id: ticketId, orderId: draft.order.id })),
    );
    recordEvents(tx, ...drafts.map(placedEvent));
    tx.afterCommit(() => placedOrders.keep(drafts));
    const taken = sale.taken + placed.length;
    const admitted = sale.admitted + placed.length;
    return {
      sale: { ...sale, taken, admitted },
      ticketIds: placed.map(({ ticketId }) => ticketId),
    };
  };
}

/** Reads on behind those who cannot be admitted, until enough are found or the line ends. */
async function nextInLine(
  tx: Transaction,
  flashSaleId: Id,
  units: number,
  now: Date,
): Promise<QueuedTicket[]> {
  const found: QueuedTicket[] = [];
  for (let afterRank = 0; ;) {
    const line = await readLine(tx, flashSaleId, afterRank, units - found.length);
    const { next, isHeldUp } = takeTurns(line, units - found.length, now);
    found.push(...next);
    const last = line.at(-1);
    if (found.length === units || isHeldUp || !last) return found;
    afterRank = last.rank;
  }
}
