import type { Clock } from '../../../platform/clock/clock.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { createFollowChanges } from '../follow-changes.ts';
import type { OrderNews } from '../order-news.ts';
import type { TicketState } from './flash-sales.rules.ts';
import type { ShowTicket, TicketView } from './show-ticket.ts';

/** The ticket now, and again whenever it has moved, until it is paid, failed or closed. */
export type FollowTicket = (
  ticket: { flashSaleId: Id; ticketId: Id },
  memberId: Id,
  signal: AbortSignal,
) => AsyncGenerator<TicketView>;

const LAST_STATES: readonly TicketState[] = ['paid', 'failed', 'closed'];

/** Lets a member follow one of its tickets. Throws `not_found` before the first view. */
export function createFollowTicket(parts: {
  showTicket: ShowTicket;
  news: OrderNews;
  clock: Clock;
}): FollowTicket {
  const followChanges = createFollowChanges(parts);

  return function followTicket({ flashSaleId, ticketId }, memberId, signal) {
    const ticket = {
      id: ticketId,
      look: () => parts.showTicket(flashSaleId, ticketId, memberId),
      signOf: (view: TicketView) => view.state,
      isOver: (view: TicketView) => LAST_STATES.includes(view.state),
    };
    return followChanges(ticket, signal);
  };
}
