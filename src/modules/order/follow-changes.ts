import type { Clock } from '../../platform/clock/clock.ts';
import type { Id } from '../../platform/ids/id.ts';
import type { OrderNews } from './order-news.ts';

/** What another instance does is not heard from memory: the database is asked as often as this. */
const LOOK_MS = 2000;
/** A follower's token is worth no longer than this; it comes back with a new one. */
const LONGEST_MS = 15 * 60_000;

/** Something that a member follows. */
export type Followed<View> = {
  /** By which it is told of, an order's or a ticket's. */
  id: Id;
  look: () => Promise<View>;
  /** Views are told again when this differs. */
  signOf: (view: View) => string;
  /** Nothing can change any more. */
  isOver: (view: View) => boolean;
};

/** Gives the view as it is now, and again whenever it has changed, until it is over. */
export function createFollowChanges({ news, clock }: { news: OrderNews; clock: Clock }) {
  return async function* followChanges<View>(
    { id, look, signOf, isOver }: Followed<View>,
    signal: AbortSignal,
  ): AsyncGenerator<View> {
    const endsAtMs = clock.nowMs() + LONGEST_MS;
    let shown: string | undefined;
    while (!signal.aborted && clock.nowMs() < endsAtMs) {
      // Listened for before the look: a change in between is not missed.
      const changed = nextChange(id, signal);
      const view = await look();
      const sign = signOf(view);
      if (sign !== shown) yield view;
      shown = sign;
      if (isOver(view)) return;
      await changed;
    }
  };

  /** Resolves when there may be a change, or the follower has gone. */
  function nextChange(id: Id, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        stopFollowing();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, LOOK_MS);
      const stopFollowing = news.follow(id, done);
      signal.addEventListener('abort', done);
    });
  }
}
