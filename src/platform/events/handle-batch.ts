import { AmbiguousCommit } from '../database/run-transaction.ts';
import type { Database } from '../database/database.ts';
import { isDuplicateKey, isTransient } from '../database/sql-error.ts';
import type { Transaction } from '../database/transaction.ts';
import { newId, type Id } from '../ids/id.ts';
import type { RegisteredConsumer } from './consumer-registry.ts';
import type { EventDefinition, EventOf, RecordedEvent } from './define-event.ts';
import type { Envelope } from './envelope.ts';
import { insertClaims, readClaims, type Claim } from './inbox.store.ts';
import { parkEvent } from './parked-events.store.ts';
import type { InTransaction } from './transactions.ts';

/** An envelope for one consumer. */
export type Delivery = { readonly consumer: RegisteredConsumer; readonly envelope: Envelope };

export type BatchTools = { database: Database; inTransaction: InTransaction };

/**
 * Handles deliveries in one transaction: claims them, calls each consumer once with all of its
 * events, and stores what they cause. Deliveries that someone has handled before are left out.
 * When a handler fails on its own account, each delivery is handled by itself instead, and the
 * events that fail are parked. Throws only when the database is out of reach.
 */
export async function handleBatch(
  tools: BatchTools,
  deliveries: readonly Delivery[],
): Promise<void> {
  try {
    await claimAndRun(tools, deliveries, runTogether);
  } catch (error) {
    if (isOutOfReach(error)) throw error;
    for (const delivery of deliveries) {
      // One by one on purpose: this finds the events that the handler fails on.
      await claimAndRun(tools, [delivery], runOneByOne);
    }
  }
}

function isOutOfReach(error: unknown): boolean {
  if (error instanceof AmbiguousCommit || isTransient(error)) return true;
  return error instanceof Error && error.cause !== undefined && isOutOfReach(error.cause);
}

type Run = (tx: Transaction, deliveries: readonly Delivery[]) => Promise<void>;

async function claimAndRun(
  { database, inTransaction }: BatchTools,
  deliveries: readonly Delivery[],
  run: Run,
): Promise<void> {
  // Kept over all attempts: a claim with this id is ours, and says that an attempt has committed.
  const batchId = newId();
  let open = deliveries;
  while (open.length > 0) {
    try {
      const claimed = open;
      // Each round depends on what the one before it met.
      await inTransaction(async (tx) => {
        await claim(tx, batchId, claimed);
        await run(tx, claimed);
      });
      return;
    } catch (error) {
      // COMMIT went unanswered and nothing was recorded: the claims themselves will tell.
      if (error instanceof AmbiguousCommit) continue;
      if (!(error instanceof AlreadyClaimed)) throw error;
      const known = await readClaims(database, open.map(claimOf));
      if (known.some((row) => row.batchId === batchId)) return;
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

function claimOf({ consumer, envelope }: Delivery): Claim {
  return { consumerId: consumer.id, envelopeId: envelope.id };
}

function withoutClaimed(deliveries: readonly Delivery[], known: readonly Claim[]): Delivery[] {
  const keys = new Set(known.map((row) => `${row.consumerId} ${row.envelopeId}`));
  return deliveries.filter(({ consumer, envelope }) => !keys.has(`${consumer.id} ${envelope.id}`));
}

/** Each consumer sees all of its events at once. */
async function runTogether(tx: Transaction, deliveries: readonly Delivery[]): Promise<void> {
  const byConsumer = new Map<RegisteredConsumer, EventOf<EventDefinition>[]>();
  for (const { consumer, envelope } of deliveries) {
    const events = byConsumer.get(consumer) ?? [];
    for (const stored of subscribed(consumer, envelope)) events.push(consumer.read(stored));
    byConsumer.set(consumer, events);
  }
  for (const [consumer, events] of byConsumer) {
    // In turn: they share the transaction's one connection.
    await consumer.handle(tx, events);
  }
}

/** Each event by itself; one that fails leaves no trace but its parked copy. */
async function runOneByOne(tx: Transaction, deliveries: readonly Delivery[]): Promise<void> {
  for (const { consumer, envelope } of deliveries) {
    for (const stored of subscribed(consumer, envelope)) {
      try {
        await tx.savepoint(() => consumer.handle(tx, [consumer.read(stored)]));
      } catch (error) {
        if (isTransient(error)) throw error;
        await parkEvent(tx, { consumerId: consumer.id, envelopeId: envelope.id, stored, error });
      }
    }
  }
}

function subscribed(consumer: RegisteredConsumer, envelope: Envelope): readonly RecordedEvent[] {
  return envelope.events.filter((event) => consumer.wants(event.name));
}
