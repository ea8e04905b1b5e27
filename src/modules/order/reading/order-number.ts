import type { Id } from '../../../platform/ids/id.ts';

/** Crockford's base 32: no letters that people mix up with digits. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_LENGTH = 12;

/**
 * The number by which people call an order: its date in the shop's time zone and a short code, such
 * as 20261120-2M3T0K2VQ7AB. The code is the id's time of day and its sequence within the millisecond
 * (RFC 9562, section 6.2: 32 bits that start anywhere and count), so it needs no column and no index.
 */
export function orderNumber(id: Id, placedAt: Date, timeZone: string): string {
  const digits = id.replaceAll('-', '');
  const millisecondOfDay = BigInt(`0x${digits.slice(0, 12)}`) % 86_400_000n;
  let rest = (millisecondOfDay << 32n) | sequenceOf(digits);
  let code = '';
  for (let index = 0; index < CODE_LENGTH; index += 1) {
    code = (ALPHABET[Number(rest & 31n)] ?? '') + code;
    rest >>= 5n;
  }
  return `${compactDate(placedAt, timeZone)}-${code}`;
}

/** Bytes 6 to 10 hold it, around the four bits of the version and the two of the variant. */
function sequenceOf(digits: string): bigint {
  const bytes = BigInt(`0x${digits.slice(12, 22)}`);
  const high = (bytes >> 24n) & 0xfffn;
  const low = (bytes >> 2n) & 0xfffffn;
  return (high << 20n) | low;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function compactDate(at: Date, timeZone: string): string {
  // Making a formatter costs a hundred times what using one does.
  let formatter = formatters.get(timeZone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
    formatters.set(timeZone, formatter);
  }
  return formatter.format(at).replaceAll('-', '');
}
