import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';
import type { Clock } from '../clock/clock.ts';
import { moveOn, type IdStamp } from './id-stamp.ts';

/** A UUIDv7 in its canonical text form; stored as BINARY(16). */
export type Id = string;

export const ID_PATTERN = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';

const ID_BYTES = 16;
const ID_LENGTH = 36;

/**
 * A new id. Ids are made before the transaction that stores them, so that a transaction whose
 * COMMIT went unanswered can be run again and recognise its own rows.
 */
export function newId(): Id {
  const random = takeRandom();
  moveOn(last, source.nowMs(), random.readUInt32BE());
  return idFromBytes(v7({ random, msecs: last.msecs, seq: last.seq }, newest));
}

/**
 * Has ids made by this clock from now on, so that hosts whose clocks differ make them in one order.
 * Of several clocks in one process, the last wins.
 * @returns undoes it, and leaves other clocks in place
 */
export function idsFollow(clock: TimeSource): () => void {
  const entry = { clock };
  followed.push(entry);
  takeTimeFrom(clock);
  return () => {
    followed = followed.filter((other) => other !== entry);
    takeTimeFrom(followed.at(-1)?.clock ?? HOST_TIME);
  };
}

type TimeSource = Pick<Clock, 'nowMs'>;

/** For what makes ids without a shop, such as tests: nothing that a shop stores is made by it. */
const HOST_TIME: TimeSource = { nowMs: () => Date.now() };
/** Clocks of one database differ by less, however slowly it answers. */
const OTHER_TIME_MS = 1000;

/** What ids were told to follow, the newest last. */
let followed: { clock: TimeSource }[] = [];
let source = HOST_TIME;

function takeTimeFrom(next: TimeSource): void {
  if (next === source) return;
  source = next;
  // Ids that went on counting from a time far ahead would stay there until the new one is there, too.
  if (last.msecs - next.nowMs() > OTHER_TIME_MS) last.msecs = 0;
}

const last: IdStamp = { msecs: 0, seq: 0 };
/** The bytes of the id that was made last. */
const newest = new Uint8Array(ID_BYTES);

/** One call to the system for many ids: it costs more than all the rest of making one. */
const randomness = Buffer.alloc(ID_BYTES * 256);
let taken = randomness.length;

function takeRandom(): Buffer {
  if (taken === randomness.length) {
    randomFillSync(randomness);
    taken = 0;
  }
  taken += ID_BYTES;
  return randomness.subarray(taken - ID_BYTES, taken);
}

/** The 32 hexadecimal digits, as SQL's UNHEX() takes them. */
export function idToHex(id: Id): string {
  return `${id.slice(0, 8)}${id.slice(9, 13)}${id.slice(14, 18)}${id.slice(19, 23)}${id.slice(24)}`;
}

// A few per row that is read or written: these two take half of the time that Buffer's own
// conversions take, with the dashes taken out and put in.

/** Throws a TypeError for text that is no id. */
export function idToBytes(id: Id): Buffer {
  const bytes = Buffer.allocUnsafe(ID_BYTES);
  let at = 0;
  let allDigits = 0;
  for (let index = 0; index < id.length; index += 2) {
    if (id.charCodeAt(index) === DASH) index += 1;
    const [high, low] = [digitAt(id, index), digitAt(id, index + 1)];
    allDigits |= high | low;
    bytes[at++] = (high << 4) | low;
  }
  // Bytes that were not written are whatever was there before.
  const isId = at === ID_BYTES && id.length === ID_LENGTH && allDigits < NO_DIGIT;
  if (!isId) throw new TypeError('this is no id');
  return bytes;
}

export function idFromBytes(bytes: Uint8Array): Id {
  let id = '';
  for (let at = 0; at < ID_BYTES; at += 1) {
    if (at === 4 || at === 6 || at === 8 || at === 10) id += '-';
    id += BYTE_TEXTS[bytes[at] ?? 0];
  }
  return id;
}

const DASH = 0x2d;
const BYTE_TEXTS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
/** A bit that no hexadecimal digit has. */
const NO_DIGIT = 16;
const DIGITS = new Uint8Array(128).map((_, code) => {
  const digit = '0123456789abcdef'.indexOf(String.fromCharCode(code));
  return digit < 0 ? NO_DIGIT : digit;
});

function digitAt(id: Id, index: number): number {
  return DIGITS[id.charCodeAt(index)] ?? NO_DIGIT;
}

/** Milliseconds since 1970 that a UUIDv7 carries: when it was made, by the clock that ids follow. */
export function idTimeMs(id: Id): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** Sorts as the database sorts BINARY(16); the order in which rows are locked. */
export function compareIds(a: Id, b: Id): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
