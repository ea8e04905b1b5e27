import { randomFillSync } from 'node:crypto';

/** A UUIDv7 in its canonical text form; stored as BINARY(16). */
export type Id = string;

export const ID_PATTERN = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';

/**
 * A new id. Ids are made before the transaction that stores them, so that a transaction whose
 * COMMIT went unanswered can be run again and recognise its own rows.
 *
 * Ids of one process rise within a millisecond, too (RFC 9562, 6.2, method 1): after the time comes a
 * number that begins somewhere in the lower half of its range, and then counts up.
 */
export function newId(): Id {
  const random = takeRandom();
  const nowMs = Date.now();
  if (nowMs > last.ms || last.count === LAST_COUNT) {
    last.ms = Math.max(nowMs, last.ms + 1);
    last.time = timeText(last.ms);
    last.count = Number.parseInt(random.slice(0, 6), 16) & FIRST_COUNTS;
  } else {
    last.count += 1;
  }
  const high = HEX_DIGITS_3[(last.count >>> 14) & 0xfff];
  const low = (0x8000 | (last.count & 0x3fff)).toString(16);
  return `${last.time}-7${high}-${low}-${random.slice(6)}`;
}

/** 26 bits count, of which the first one is 0 at the beginning. */
const FIRST_COUNTS = 0x1ff_ffff;
/** Only a clock that was set back lasts for so many. */
const LAST_COUNT = 0x3ff_ffff;
const HEX_DIGITS_3 = Array.from({ length: 0x1000 }, (_, n) => n.toString(16).padStart(3, '0'));
const last = { ms: 0, time: '', count: 0 };

function timeText(timeMs: number): string {
  const time = timeMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}`;
}

/** Three bytes to begin the count with, and the six that are random in each id. */
const RANDOM_DIGITS = 18;
/** One call to the system for many ids: it costs more than all the rest of making one. */
const pool = Buffer.alloc((RANDOM_DIGITS / 2) * 256);
let digits = '';
let taken = 0;

function takeRandom(): string {
  if (taken === digits.length) {
    digits = randomFillSync(pool).toString('hex');
    taken = 0;
  }
  taken += RANDOM_DIGITS;
  return digits.slice(taken - RANDOM_DIGITS, taken);
}

/** The 32 hexadecimal digits, as SQL's UNHEX() takes them. */
export function idToHex(id: Id): string {
  return `${id.slice(0, 8)}${id.slice(9, 13)}${id.slice(14, 18)}${id.slice(19, 23)}${id.slice(24)}`;
}

export function idToBytes(id: Id): Buffer {
  return Buffer.from(idToHex(id), 'hex');
}

export function idFromBytes(bytes: Uint8Array): Id {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Milliseconds since 1970 that a UUIDv7 carries: when it was made, by its maker's clock. */
export function idTimeMs(id: Id): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** The least id that can be made at a time, in milliseconds since 1970: where a range of ids begins. */
export function idAt(timeMs: number): Id {
  return `${timeText(Math.max(0, Math.floor(timeMs)))}-7000-8000-000000000000`;
}

/** Sorts as the database sorts BINARY(16); the order in which rows are locked. */
export function compareIds(a: Id, b: Id): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
