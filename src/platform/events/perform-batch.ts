import { isOutage } from '../errors/outage.ts';
import type { ExternalConsumer } from './consumer.ts';
import type { RegisteredConsumer } from './consumer-registry.ts';
import { eventKey } from './envelope.ts';
import {
  claimAndRun,
  claimOf,
  subscribed,
  withoutClaimed,
  type BatchTools,
  type Delivery,
} from './deliveries.ts';
import { readClaims } from './inbox.store.ts';
import { parkEvents, type NewParkedEvent } from './parked-events.store.ts';

/** Calls under way at once in one lane. */
const AT_ONCE = 8;

/**
 * Performs external deliveries outside any transaction, and claims each when it is done. A crash in
 * between repeats it with the same keys. Events that fail are parked with the claim.
 */
export async function performBatch(
  tools: BatchTools,
  deliveries: readonly Delivery[],
): Promise<void> {
  const known = await readClaims(tools.database, deliveries.map(claimOf));
  const open = withoutClaimed(deliveries, known);
  const next = open.values();
  // Workers take deliveries from one iterator, so no more than AT_ONCE are ever under way.
  const worker = async () => {
    for (const delivery of next) await performDelivery(tools, delivery);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, open.length) }, worker));
}

async function performDelivery(tools: BatchTools, delivery: Delivery): Promise<void> {
  const { to, envelope } = delivery;
  const failed: NewParkedEvent[] = [];
  for (const { stored, position } of subscribed(to, envelope)) {
    try {
      await external(to).perform(to.read(stored), eventKey(envelope.id, position));
    } catch (error) {
      tools.log.warn(
        { err: error, consumer: to.consumer.name, event: stored.name, trace: stored.trace },
        'an event failed and is parked',
      );
      failed.push({
        consumerId: to.id,
        envelopeId: envelope.id,
        position,
        stored,
        attempts: 1,
        outages: isOutage(error) ? 1 : 0,
        error,
      });
    }
  }
  await claimAndRun(tools, [delivery], (tx) => parkEvents(tx, failed));
}

export function external({ consumer }: RegisteredConsumer): ExternalConsumer {
  if (consumer.kind !== 'external') throw new Error(`${consumer.name} is transactional`);
  return consumer;
}
