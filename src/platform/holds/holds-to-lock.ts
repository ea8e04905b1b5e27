import type { Transaction } from '../database/transaction.ts';
import type { Id } from '../ids/id.ts';

/**
 * The orders whose holds a batch has to look up. A new order has none yet, and its insert would hit
 * the one that a release left before it came: then the transaction is run again, and looks them all up.
 */
export function holdsToLock(
  tx: Transaction,
  requests: readonly { orderId: Id; step: string }[],
): Id[] {
  const known = tx.isRepeated ? requests : requests.filter(({ step }) => step !== 'hold');
  return [...new Set(known.map(({ orderId }) => orderId))];
}
