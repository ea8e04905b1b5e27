import type { Database } from '../database/database.ts';
import { AmbiguousCommit } from '../database/run-transaction.ts';
import { isDuplicateKey } from '../database/sql-error.ts';
import type { Transaction } from '../database/transaction.ts';
import { newId, type Id } from '../ids/id.ts';
import type { Logger } from '../logging/logger.ts';
import type { RegisteredConsumer } from './consumer-registry.ts';
import type { RecordedEvent } from './define-event.ts';
import type { Envelope } from './envelope.ts';
import { insertClaims, readClaims, type Claim } from './inbox.store.ts';
import type { TransactionWatch } from './transaction-watch.ts';
import type { InTransaction } from './transactions.ts';

/** An envelope for one consumer. */
export type Delivery = { readonly to: RegisteredConsumer; readonly envelope: Envelope };

export type BatchTools = {
  database: Database;
  inTransaction: InTransaction;
  watch: TransactionWatch;
  log: Logger;
};

/** Claims the deliveries that nobody has handled, and runs work on them in the same transaction. */
export async function claimAndRun(
  { database, inTransaction, watch }: BatchTools,
  deliveries: readonly Delivery[],
  run: (tx: Transaction, deliveries: readonly Delivery[]) => Promise<void>,
): Promise<void> {
  // Kept over all attempts: a claim with this id is ours, and says that an attempt has committed.
  const batchId = newId();
  let open = deliveries;
  let lastAttempt: Transaction | undefined;
  while (open.length > 0) {
    try {
      const claimed = open;
      await inTransaction(async (tx) => {
        tx.later(claim(tx, batchId, claimed));
        lastAttempt = tx;
        await run(tx, claimed);
      });
      return;
    } catch (error) {
      // COMMIT went unanswered and nothing was recorded: the claims themselves will tell.
      if (error instanceof AmbiguousCommit) continue;
      if (!(error instanceof AlreadyClaimed)) throw error;
      const known = await readClaims(database, open.map(claimOf));
      if (known.some((row) => row.batchId === batchId)) {
        if (lastAttempt) watch.runAfterCommit(lastAttempt);
        return;
      }
      open = withoutClaimed(open, known);
    }
  }
}

class AlreadyClaimed extends Error {}

async function claim(tx: Transaction, batchId: Id, deliveries: readonly Delivery[]): Promise<void> {
  const claims = deliveries
    .map(claimOf)
    .toSorted((a, b) => a.consumerId - b.consumerId || (a.envelopeId < b.envelopeId ? -1 : 1));
  try {
    await insertClaims(tx, batchId, claims);
  } catch (error) {
    throw isDuplicateKey(error) ? new AlreadyClaimed() : error;
  }
}

export function claimOf({ to, envelope }: Delivery): Claim {
  return { consumerId: to.id, envelopeId: envelope.id };
}

/** The deliveries that have no claim among those known. */
export function withoutClaimed(
  deliveries: readonly Delivery[],
  known: readonly Claim[],
): Delivery[] {
  const keys = new Set(known.map((row) => `${row.consumerId} ${row.envelopeId}`));
  return deliveries.filter(({ to, envelope }) => !keys.has(`${to.id} ${envelope.id}`));
}

/** The envelope's events that the consumer wants, with their places in the envelope. */
export function subscribed(
  to: RegisteredConsumer,
  envelope: Envelope,
): { stored: RecordedEvent; position: number }[] {
  return envelope.events.flatMap((stored, position) =>
    to.wants(stored) ? [{ stored, position }] : [],
  );
}

/** What this transaction records of the same aggregate goes on with the event's trace. */
export function keepTrace(tx: Transaction, stored: RecordedEvent): void {
  if (stored.trace !== undefined) tx.traces.set(stored.aggregateId, stored.trace);
}
