import type { Database } from '../../../platform/database/database.ts';
import { notFound } from '../../../platform/errors/problem.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { TicketState } from './flash-sales.rules.ts';
import { findTicket } from './tickets.store.ts';

export type TicketView = { ticketId: Id; rank: number; state: TicketState; orderId: Id | null };

/** A member's own ticket of a sale. Throws `not_found`, for another member's or sale's too. */
export type ShowTicket = (flashSaleId: Id, ticketId: Id, memberId: Id) => Promise<TicketView>;

export function createShowTicket({ database }: { database: Database }): ShowTicket {
  return async function showTicket(flashSaleId, ticketId, memberId) {
    const ticket = await findTicket(database, ticketId, memberId);
    if (ticket?.flashSaleId !== flashSaleId) throw notFound('There is no such ticket');
    const { rank, state, orderId } = ticket;
    return { ticketId, rank, state, orderId };
  };
}
