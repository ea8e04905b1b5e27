import { isOutage } from '../errors/outage.ts';
import type { RegisteredConsumer } from './consumer-registry.ts';
import { eventKey } from './envelope.ts';
import { keepTrace, type BatchTools } from './deliveries.ts';
import {
  beginAttempt,
  DUE_AT_ONCE,
  finishAttempt,
  noteError,
  noteOutage,
  readDueEvents,
  type ParkedEvent,
} from './parked-events.store.ts';
import type { Id } from '../ids/id.ts';

/**
 * Tries every parked event whose time has come, each by itself. What succeeds is removed by the same
 * transaction that has its effect; what fails again waits longer, and is a dead letter in the end. An
 * external consumer that meets an outage is waited for, for days.
 * @param isStopping ends the work between two events; the rest stays due
 */
export async function retryParkedEvents(
  tools: BatchTools,
  consumers: ReadonlyMap<number, RegisteredConsumer>,
  isStopping: () => boolean,
): Promise<void> {
  for (;;) {
    const due = await readDueEvents(tools.database, [...consumers.keys()]);
    // One by one: an event that kills its transaction must not take others along.
    for (const id of due) {
      if (isStopping()) return;
      await retry(tools, consumers, id);
    }
    // What failed again is not due for a while, so this comes to an end.
    if (due.length < DUE_AT_ONCE) return;
  }
}

async function retry(
  tools: BatchTools,
  consumers: ReadonlyMap<number, RegisteredConsumer>,
  id: Id,
): Promise<void> {
  const parked = await tools.inTransaction((tx) => beginAttempt(tx, id));
  if (!parked) return;
  const to = consumers.get(parked.consumerId);
  if (!to) throw new Error(`the consumer ${parked.consumerId} is not of this build`);
  try {
    await attempt(tools, to, parked);
  } catch (error) {
    const { name, trace } = parked.stored;
    const about = { err: error, consumer: to.consumer.name, event: name, trace, id };
    if (mayWait(to, error) && (await noteOutage(tools.database, parked, error))) {
      tools.log.warn(about, 'an event waits for an outage to end');
      return;
    }
    await noteError(tools.database, id, error);
    if (parked.isLast) tools.log.error(about, 'an event is a dead letter now');
    else tools.log.warn(about, 'an event failed again');
  }
}

/** What changes only the database meets no outage of anything else. */
function mayWait({ consumer }: RegisteredConsumer, error: unknown): boolean {
  return consumer.kind === 'external' && isOutage(error);
}

async function attempt(
  { inTransaction }: BatchTools,
  to: RegisteredConsumer,
  parked: ParkedEvent,
): Promise<void> {
  const { consumer } = to;
  const event = to.read(parked.stored);
  if (consumer.kind === 'external') {
    await consumer.perform(event, eventKey(parked.envelopeId, parked.position));
    await inTransaction((tx) => finishAttempt(tx, parked));
    return;
  }
  await inTransaction(async (tx) => {
    // First, as it locks the row: an attempt that took too long finds that another one has begun.
    if (!(await finishAttempt(tx, parked))) return;
    keepTrace(tx, parked.stored);
    await consumer.handle(tx, [event]);
  });
}
