import { AmbiguousCommit } from '../database/run-transaction.ts';
import { isTransient } from '../database/sql-error.ts';
import type { Transaction } from '../database/transaction.ts';
import { transactional, type RegisteredConsumer } from './consumer-registry.ts';
import type { EventDefinition, EventOf } from './define-event.ts';
import {
  claimAndRun,
  keepTrace,
  subscribed,
  type BatchTools,
  type Delivery,
} from './deliveries.ts';
import { parkEvents } from './parked-events.store.ts';
import { performBatch } from './perform-batch.ts';

/** An envelope in whose company so many instances died is no longer handled together with others. */
const SUSPECT_TAKEOVERS = 3;

/**
 * Handles a lane's deliveries, each once: those that someone has handled before are left out. Throws
 * only when the database is out of reach.
 */
export async function handleBatch(
  tools: BatchTools,
  deliveries: readonly Delivery[],
): Promise<void> {
  const suspects = deliveries.filter(isSuspect);
  if (suspects.length > 0) await claimAndRun(tools, suspects, (tx, some) => parkAll(tx, some));
  const others = deliveries.filter((delivery) => !isSuspect(delivery));
  if (others.length === 0) return;
  const external = others[0]?.to.consumer.kind === 'external';
  await (external ? performBatch(tools, others) : handleTogether(tools, others));
}

function isSuspect({ envelope }: Delivery): boolean {
  return envelope.takeovers >= SUSPECT_TAKEOVERS;
}

/**
 * One transaction for all: claims, one call of each consumer with all of its events, and what they
 * cause. When a handler fails on its own account, each delivery is handled by itself instead, and
 * the events that fail are parked.
 */
async function handleTogether(tools: BatchTools, deliveries: readonly Delivery[]): Promise<void> {
  try {
    await claimAndRun(tools, deliveries, runTogether);
  } catch (error) {
    if (isOutOfReach(error)) throw error;
    // One by one: this finds the events that the handler fails on.
    for (const delivery of deliveries) {
      await claimAndRun(tools, [delivery], (tx, some) => runOneByOne(tools, tx, some));
    }
  }
}

function isOutOfReach(error: unknown): boolean {
  if (error instanceof AmbiguousCommit || isTransient(error)) return true;
  return error instanceof Error && error.cause !== undefined && isOutOfReach(error.cause);
}

/** Each consumer sees all of its events at once. */
async function runTogether(tx: Transaction, deliveries: readonly Delivery[]): Promise<void> {
  const byConsumer = new Map<RegisteredConsumer, EventOf<EventDefinition>[]>();
  for (const { to, envelope } of deliveries) {
    const events = byConsumer.get(to) ?? [];
    for (const { stored } of subscribed(to, envelope)) {
      keepTrace(tx, stored);
      events.push(to.read(stored));
    }
    byConsumer.set(to, events);
  }
  // A unit each: one finds what the other has written.
  for (const [to, events] of byConsumer) {
    await tx.inUnit(() => transactional(to).handle(tx, events));
  }
}

/** Each event by itself; one that fails leaves no trace but its parked copy. */
async function runOneByOne(
  { log }: BatchTools,
  tx: Transaction,
  deliveries: readonly Delivery[],
): Promise<void> {
  for (const { to, envelope } of deliveries) {
    for (const { stored, position } of subscribed(to, envelope)) {
      keepTrace(tx, stored);
      try {
        await tx.savepoint(() => transactional(to).handle(tx, [to.read(stored)]));
      } catch (error) {
        if (isTransient(error)) throw error;
        await parkEvents(tx, [
          {
            consumerId: to.id,
            envelopeId: envelope.id,
            position,
            stored,
            attempts: 1,
            outages: 0,
            error,
          },
        ]);
        log.warn(
          { err: error, consumer: to.consumer.name, event: stored.name, trace: stored.trace },
          'an event failed and is parked',
        );
      }
    }
  }
}

/** Every event is parked untried: from there each is tried alone, and its attempts are counted. */
async function parkAll(tx: Transaction, deliveries: readonly Delivery[]): Promise<void> {
  const error = new Error('several instances ended while they had this event in hand');
  await parkEvents(
    tx,
    deliveries.flatMap(({ to, envelope }) =>
      subscribed(to, envelope).map(({ stored, position }) => ({
        consumerId: to.id,
        envelopeId: envelope.id,
        position,
        stored,
        attempts: 0,
        outages: 0,
        error,
      })),
    ),
  );
}
