import type { Clock } from '../../../platform/clock/clock.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import type { Chore } from '../../../platform/jobs/chores.ts';
import { evenly } from '../../../platform/jobs/evenly.ts';
import { deleteCarts, lockForgottenCarts } from './cart.store.ts';

/** Few, so that no transaction holds many locks for long. */
const CARTS_AT_ONCE = 500;
const KEPT_MS = 30 * 86_400_000;

/**
 * Deletes guests' carts that nobody changed for 30 days. For a job: any number of instances may run
 * it at once.
 */
export function createForgetGuestCarts(parts: {
  inTransaction: InTransaction;
  clock: Clock;
}): Chore['run'] {
  return async function forgetGuestCarts(signal) {
    const before = new Date(parts.clock.nowMs() - KEPT_MS);
    const forget = () =>
      parts.inTransaction(async (tx) => {
        const ids = await lockForgottenCarts(tx, before, CARTS_AT_ONCE);
        if (ids.length > 0) await deleteCarts(tx, ids);
        return ids.length;
      });
    await evenly(forget, CARTS_AT_ONCE, signal);
  };
}
