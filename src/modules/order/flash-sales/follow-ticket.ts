import type { Clock } from '../../../platform/clock/clock.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { OrderNews } from '../order-news.ts';
import type { TicketState } from './flash-sales.rules.ts';
import type { ShowTicket, TicketView } from './show-ticket.ts';

/** The ticket now, and again whenever it has moved, until it is paid, failed or closed. */
export type FollowTicket = (
  ticket: { flashSaleId: Id; ticketId: Id },
  memberId: Id,
  signal: AbortSignal,
) => AsyncGenerator<TicketView>;

/** What another instance does is not heard from memory: the database is asked as often as this. */
const LOOK_MS = 2000;
/** A follower's token is worth no longer than this; it comes back with a new one. */
const LONGEST_MS = 15 * 60_000;

const LAST_STATES: readonly TicketState[] = ['paid', 'failed', 'closed'];

/** Lets a member follow one of its tickets. Throws `not_found` before the first view. */
export function createFollowTicket(parts: {
  showTicket: ShowTicket;
  news: OrderNews;
  clock: Clock;
}): FollowTicket {
  const { showTicket, news, clock } = parts;

  return async function* followTicket({ flashSaleId, ticketId }, memberId, signal) {
    const endsAtMs = clock.nowMs() + LONGEST_MS;
    let shown: TicketState | undefined;
    while (!signal.aborted && clock.nowMs() < endsAtMs) {
      // Listened for before the look: a change in between is not missed.
      const changed = nextChange(ticketId, signal);
      const view = await showTicket(flashSaleId, ticketId, memberId);
      if (view.state !== shown) yield view;
      shown = view.state;
      if (LAST_STATES.includes(view.state)) return;
      await changed;
    }
  };

  /** Resolves when the ticket may have moved, or the follower has gone. */
  function nextChange(ticketId: Id, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        stopFollowing();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, LOOK_MS);
      const stopFollowing = news.follow(ticketId, done);
      signal.addEventListener('abort', done);
    });
  }
}
