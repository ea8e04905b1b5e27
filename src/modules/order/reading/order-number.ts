import { type Id, idTimeMs } from '../../../platform/ids/id.ts';

/** Crockford's base 32: no letters that people mix up with digits. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const DAY_MS = 86_400_000;

/**
 * The number by which people call an order: its date in the shop's time zone and a short code, such
 * as 20261120-2M3T0K2VQ7AB. The code is the id's time of day and its sequence within the millisecond
 * (RFC 9562, section 6.2: 32 bits that start anywhere and count), so it needs no column and no index.
 */
export function orderNumber(id: Id, placedAt: Date, timeZone: string): string {
  const millisecondOfDay = idTimeMs(id) % DAY_MS;
  const sequence = sequenceOf(id);
  // 27 bits and 32 of them, in two halves of six characters: no number of JavaScript takes 59.
  const high = millisecondOfDay * 4 + (sequence >>> 30);
  const low = sequence & 0x3fff_ffff;
  return `${compactDate(placedAt, timeZone)}-${sixCharacters(high)}${sixCharacters(low)}`;
}

/** Bytes 6 to 10 hold it, around the four bits of the version and the two of the variant. */
function sequenceOf(id: Id): number {
  const high = Number.parseInt(id.slice(15, 18), 16);
  const low = Number.parseInt(id.slice(19, 23) + id.slice(24, 26), 16);
  return ((high << 20) | ((low >>> 2) & 0xf_ffff)) >>> 0;
}

/** Thirty bits, as five of them a character. */
function sixCharacters(bits: number): string {
  let text = '';
  for (let shift = 25; shift >= 0; shift -= 5) text += ALPHABET.charAt((bits >>> shift) & 31);
  return text;
}

const formatters = new Map<string, Intl.DateTimeFormat>();
/** The date of the minute that was asked for last: orders come one after the other. */
let last = { minute: Number.NaN, timeZone: '', date: '' };

function compactDate(at: Date, timeZone: string): string {
  // No time zone changes its date within a minute of UTC.
  const minute = Math.floor(at.getTime() / 60_000);
  if (minute !== last.minute || timeZone !== last.timeZone) {
    // Making a formatter costs a hundred times what using one does.
    let formatter = formatters.get(timeZone);
    if (!formatter) {
      formatter = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
      formatters.set(timeZone, formatter);
    }
    last = { minute, timeZone, date: formatter.format(at).replaceAll('-', '') };
  }
  return last.date;
}
