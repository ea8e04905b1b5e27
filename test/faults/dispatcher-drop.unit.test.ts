import { EventEmitter, once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { defineConsumer } from '../../src/platform/events/consumer.ts';
import type { EventDefinition, RecordedEvent } from '../../src/platform/events/define-event.ts';
import { Dispatcher } from '../../src/platform/events/dispatcher.ts';
import type { Envelope } from '../../src/platform/events/envelope.ts';
import { newId, type Id } from '../../src/platform/ids/id.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import { note } from './support/left-behind.ts';
import { echoed, noted } from './support/told-events.ts';

/** Marks are written with a delay. */
const MARKED_WITHIN_MS = 100;

const consumerOf = (id: number, lane: string, on: readonly EventDefinition[]) => {
  const names = on.map(({ name }) => name);
  const consumer = defineConsumer({
    name: lane,
    lane,
    on,
    ordering: 'commutative',
    handle: async () => undefined,
  });
  return {
    id,
    consumer,
    wants: (stored: { name: string }) => names.includes(stored.name),
    isPatientWith: () => false,
    read: noted.read.bind(noted),
  };
};

function envelopeOf(event: RecordedEvent): Envelope {
  return { id: newId(), events: [event], bytes: 1, takeovers: 0 };
}

it('marks an envelope that came back while it was in hand only when every lane is done', async () => {
  const gates = new EventEmitter();
  const opened = { quick: once(gates, 'quick'), slow: once(gates, 'slow') };
  const marked: Id[] = [];
  const dispatcher = new Dispatcher({
    consumers: [consumerOf(1, 'quick', [noted]), consumerOf(2, 'slow', [noted, echoed])],
    handle: async (deliveries) => {
      await (deliveries[0]?.to.consumer.lane === 'quick' ? opened.quick : opened.slow);
    },
    finish: async (ids) => void marked.push(...ids),
    limits: { events: 100, bytes: 100_000 },
    log: createLogger('silent'),
  });
  const blocker = envelopeOf(echoed.of(newId(), 1, { eventId: newId() }));
  const envelope = envelopeOf(note(newId(), 1, 1));
  dispatcher.accept([blocker]);
  await pause(1);
  dispatcher.accept([envelope]);
  await pause(1);
  // Now the quick lane has it in hand, and in the slow one it waits behind another. The instance loses
  // its envelopes, and takes them over again.
  dispatcher.drop();
  dispatcher.accept([envelope]);
  gates.emit('quick');
  await pause(MARKED_WITHIN_MS);
  expect(marked).toEqual([]);
  gates.emit('slow');
  await dispatcher.idle();
  expect(marked).toContain(envelope.id);
});
