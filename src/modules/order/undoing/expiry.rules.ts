import type { OrderState } from '../order.rules.ts';

/** What expiry needs to know of an order; `dueAt` is null when it has no deadline. */
export type ExpirableFacts = { state: OrderState; dueAt: Date | null };

/**
 * Why an order is over now; undefined when it is decided, or still has time. Undecided orders are
 * only asked about when they are known to be stuck.
 */
export function expiryOf(
  order: ExpirableFacts,
  now: Date,
): 'placement_timeout' | 'payment_timeout' | undefined {
  if (order.state === 'placed') return 'placement_timeout';
  const mayBePaid = order.state === 'payment_due' || order.state === 'confirming';
  return mayBePaid && !isWaiting(order, now) ? 'payment_timeout' : undefined;
}

/** Its deadline was put off, or is not there yet. */
export function isWaiting({ dueAt }: ExpirableFacts, now: Date): boolean {
  return dueAt !== null && dueAt > now;
}
