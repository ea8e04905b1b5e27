import type { Id } from '../ids/id.ts';
import type { RecordedEvent } from './define-event.ts';

/** All events of one transaction, on their way to the consumers. */
export type Envelope = {
  readonly id: Id;
  readonly events: readonly RecordedEvent[];
  /** Of its JSON: what it takes in memory, roughly. */
  readonly bytes: number;
  /** How often an instance died with it in hand. */
  readonly takeovers: number;
  /** Consumers (their numbers) that handled it in the transaction that recorded it. */
  readonly handledBy?: ReadonlySet<number> | undefined;
};

/** Events that fit into one envelope, with the JSON that is stored. */
export type Pack = { events: RecordedEvent[]; json: string };

const MAX_EVENTS = 1000;
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Packs a transaction's events: into one envelope, or into several when they exceed the caps (a row
 * must fit into the server's packet, and a batch into memory).
 */
export function packEvents(events: readonly RecordedEvent[]): Pack[] {
  const packs: { events: RecordedEvent[]; parts: string[]; bytes: number }[] = [];
  for (const event of events) {
    const part = JSON.stringify(event);
    const bytes = Buffer.byteLength(part) + 1;
    let pack = packs.at(-1);
    if (!pack || pack.events.length >= MAX_EVENTS || pack.bytes + bytes > MAX_BYTES) {
      pack = { events: [], parts: [], bytes: 2 };
      packs.push(pack);
    }
    pack.events.push(event);
    pack.parts.push(part);
    pack.bytes += bytes;
  }
  return packs.map((pack) => ({ events: pack.events, json: `[${pack.parts.join(',')}]` }));
}

/** Tells an event from every other one, for ever: which envelope, and where in it. */
export function eventKey(envelopeId: Id, position: number): string {
  return `${envelopeId}.${position}`;
}
