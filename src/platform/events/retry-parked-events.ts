import type { Logger } from '../logging/logger.ts';
import type { RegisteredConsumer } from './consumer-registry.ts';
import type { BatchTools } from './handle-batch.ts';
import { isTransient } from '../database/sql-error.ts';
import {
  lockDueEvent,
  noteFailure,
  readDueEvents,
  removeParkedEvent,
} from './parked-events.store.ts';

/**
 * Tries every parked event whose time has come, each by itself. What succeeds is removed by the same
 * transaction that has its effect; what fails again waits longer, and is a dead letter in the end.
 */
export async function retryParkedEvents(
  tools: BatchTools,
  consumers: ReadonlyMap<number, RegisteredConsumer>,
  log: Logger,
): Promise<void> {
  for (const id of await readDueEvents(tools.database)) {
    // One by one: an event that kills its transaction must not take others along.
    await tools.inTransaction(async (tx) => {
      const parked = await lockDueEvent(tx, id);
      const consumer = parked && consumers.get(parked.consumerId);
      // A consumer that this build does not contain: a build that does will take it.
      if (!parked || !consumer) return;
      try {
        await tx.savepoint(() => consumer.handle(tx, [consumer.read(parked.stored)]));
        await removeParkedEvent(tx, id);
      } catch (error) {
        if (isTransient(error)) throw error;
        const state = await noteFailure(tx, parked, error);
        const about = { err: error, consumer: consumer.name, event: parked.stored.name, id };
        if (state === 'dead') log.error(about, 'an event is a dead letter now');
        else log.warn(about, 'an event failed again');
      }
    });
  }
}
