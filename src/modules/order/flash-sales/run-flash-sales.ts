import type { Clock } from '../../../platform/clock/clock.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { defineConsumer, type TransactionalConsumer } from '../../../platform/events/consumer.ts';
import type { EventOf } from '../../../platform/events/define-event.ts';
import { impossible } from '../../../platform/errors/impossible.ts';
import type { Id } from '../../../platform/ids/id.ts';
import {
  salePoolEmptied,
  salePoolFilled,
  stockReleased,
  stockSold,
} from '../../catalog/catalog.events.ts';
import { ticketsIssued } from '../order.events.ts';
import type { OrderNews } from '../order-news.ts';
import type { AdmitTickets } from './admit-tickets.ts';
import { whenEmptied, whenFilled, whenUnitMoves } from './flash-sales.rules.ts';
import { lockSales, updateCounters, type LockedSale } from './flash-sales.store.ts';
import type { RefreshGate } from './refresh-gate.ts';
import { findTicketsOfOrders, updateTickets, type OrderedTicket } from './tickets.store.ts';

type Event = EventOf<
  | typeof ticketsIssued
  | typeof salePoolFilled
  | typeof salePoolEmptied
  | typeof stockSold
  | typeof stockReleased
>;

/**
 * Moves flash sales on: opens them when their units are there, counts what became of their orders,
 * and gives the units that come back to the next in line. What became of an order is heard from
 * catalog, not from the order itself: a unit moves on when it is back in the pool, where the next
 * order finds it. All of a batch is decided in memory on locked rows.
 */
export function createRunFlashSales(parts: {
  clock: Clock;
  news: OrderNews;
  admitTickets: AdmitTickets;
  refreshGate: RefreshGate;
}): TransactionalConsumer {
  const { clock, news, admitTickets, refreshGate } = parts;

  return defineConsumer({
    name: 'order.run-flash-sales',
    // Not the lane of the answers: a sale's row is locked before its orders here.
    lane: 'order-flash-sales',
    on: [ticketsIssued, salePoolFilled, salePoolEmptied, stockSold, stockReleased],
    ordering: 'commutative',
    handle: async (tx, events) => {
      const before = await lockSales(tx, [
        ...new Set(events.map((event) => event.payload.flashSaleId)),
      ]);
      const sales = new Map(before);
      const ended = await followOrders(tx, events, sales, clock.now());

      const told = new Set(ended);
      for (const [id, sale] of sales) {
        const admission = await admitTickets(tx, sale);
        sales.set(id, admission.sale);
        for (const ticketId of admission.ticketIds) told.add(ticketId);
      }
      const changed = [...sales.values()].filter((sale) => before.get(sale.id) !== sale);
      if (changed.length > 0) await updateCounters(tx, changed);
      for (const sale of changed) refreshGate.afterCommit(tx, before.get(sale.id), sale);
      tx.afterCommit(() => told.forEach((ticketId) => news.tellChange(ticketId)));
    },
  });
}

/** Counts what the events tell; changes the sales. @returns the tickets that have moved */
async function followOrders(
  tx: Transaction,
  events: readonly Event[],
  sales: Map<Id, LockedSale>,
  now: Date,
): Promise<Id[]> {
  const orderIds = new Set(events.filter(isOfOrder).map(({ payload }) => payload.orderId));
  const tickets = orderIds.size > 0 ? await findTicketsOfOrders(tx, [...orderIds]) : new Map();
  const moved = new Map<Id, OrderedTicket>();
  for (const event of events) {
    const { flashSaleId } = event.payload;
    const sale = sales.get(flashSaleId);
    if (!sale) throw new Error(`there is no flash sale ${flashSaleId}`);
    switch (event.name) {
      case 'order.tickets-issued':
        break;
      case 'catalog.sale-pool-filled':
        sales.set(flashSaleId, whenFilled(sale, event.payload.quantity, now));
        break;
      case 'catalog.sale-pool-emptied':
        sales.set(flashSaleId, whenEmptied(sale));
        break;
      case 'catalog.stock-sold':
      case 'catalog.stock-released': {
        const { orderId } = event.payload;
        const ticket: OrderedTicket | undefined = tickets.get(orderId);
        if (!ticket) throw new Error(`the order ${orderId} was made of no ticket`);
        const step = event.name === 'catalog.stock-sold' ? 'sold' : 'released';
        const after = whenUnitMoves(sale, ticket.state, step);
        if (after.ticket === ticket.state) break;
        const next = { id: ticket.id, state: after.ticket };
        sales.set(flashSaleId, after.sale);
        tickets.set(orderId, next);
        moved.set(ticket.id, next);
        break;
      }
      default:
        impossible(event);
    }
  }
  if (moved.size > 0) await updateTickets(tx, [...moved.values()]);
  return [...moved.keys()];
}

function isOfOrder(
  event: Event,
): event is EventOf<typeof stockSold> | EventOf<typeof stockReleased> {
  return event.name === 'catalog.stock-sold' || event.name === 'catalog.stock-released';
}
