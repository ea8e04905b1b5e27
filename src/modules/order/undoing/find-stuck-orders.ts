import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import { idAt, type Id } from '../../../platform/ids/id.ts';
import { readUndecidedOrders } from './expiry.store.ts';

/** Orders that should have been decided long ago; at most 200. */
export type FindStuckOrders = () => Promise<Id[]>;

/** How far back a process looks when it starts. */
const FIRST_LOOK_MS = 7 * 86_400_000;
/** Ids carry the time of the host that made them: so much may hosts' clocks be apart. */
const CLOCKS_APART_MS = 15 * 60_000;

/**
 * Finds undecided orders by the time in their ids, along the primary key: no index on the state
 * burdens every order for the few that get stuck. Each look begins where the last one ended, and no
 * more often than twice in the time that an order has.
 * @param placementTimeoutMs how long an order may stay undecided, in milliseconds
 */
export function createFindStuckOrders(parts: {
  database: Database;
  clock: Clock;
  placementTimeoutMs: number;
}): FindStuckOrders {
  const { database, clock, placementTimeoutMs } = parts;
  let fromMs = clock.nowMs() - FIRST_LOOK_MS;
  let nextLookMs = 0;

  return async function findStuckOrders() {
    const nowMs = clock.nowMs();
    if (nowMs < nextLookMs) return [];
    const placedBefore = new Date(nowMs - placementTimeoutMs);
    const stuck = await readUndecidedOrders(database, idAt(fromMs), placedBefore);
    // With some found, the next look begins at the same place: there may be more.
    if (stuck.length === 0) {
      fromMs = placedBefore.getTime() - CLOCKS_APART_MS;
      nextLookMs = nowMs + placementTimeoutMs / 2;
    }
    return stuck;
  };
}
