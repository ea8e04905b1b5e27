import type { Transaction } from '../database/transaction.ts';
import type { RecordedEvent } from './define-event.ts';

/**
 * Tells other modules what this transaction changes. The events are stored in the outbox by the same
 * transaction, so they leave with its commit or not at all; there is no other way to publish.
 */
export function recordEvents(tx: Transaction, ...events: readonly RecordedEvent[]): void {
  tx.recorded.push(...events);
}
