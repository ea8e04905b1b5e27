import type { OrderState } from '../order.rules.ts';

/** What expiry needs to know of an order; `dueAt` is null when it has no deadline. */
export type ExpirableFacts = { state: OrderState; dueAt: Date | null };

/** Why an order is over now; undefined when that is not so, or it still has time. */
export function expiryOf(
  order: ExpirableFacts,
  now: Date,
): 'placement_timeout' | 'payment_timeout' | undefined {
  if (isWaiting(order, now)) return undefined;
  if (order.state === 'placed') return 'placement_timeout';
  const mayBePaid = order.state === 'payment_due' || order.state === 'confirming';
  return mayBePaid ? 'payment_timeout' : undefined;
}

/** Its deadline was put off, or is not there yet. */
export function isWaiting({ dueAt }: ExpirableFacts, now: Date): boolean {
  return dueAt !== null && dueAt > now;
}
