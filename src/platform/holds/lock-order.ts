import { compareIds, type Id } from '../ids/id.ts';

/** Holds in the order in which every transaction locks them: by order id. */
export function inLockOrder<Hold extends { orderId: Id }>(holds: readonly Hold[]): Hold[] {
  return holds.toSorted((a, b) => compareIds(a.orderId, b.orderId));
}
