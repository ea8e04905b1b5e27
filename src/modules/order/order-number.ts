import type { Id } from '../../platform/ids/id.ts';

/** Crockford's base 32: no letters that people mix up with digits. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_LENGTH = 10;

/**
 * The number by which people call an order: its date in the shop's time zone and a short code, such
 * as 20261120-9M3T0K2VQ7. The code is the time of day and random bits of the id, so it is unique as
 * ids are, and needs no column and no index of its own.
 */
export function orderNumber(id: Id, placedAt: Date, timeZone: string): string {
  const digits = id.replaceAll('-', '');
  // 27 bits hold the milliseconds of a day; 23 of the 74 random bits follow.
  const millisecondOfDay = BigInt(`0x${digits.slice(0, 12)}`) % 86_400_000n;
  const random = BigInt(`0x${digits.slice(-6)}`) & 0x7fffffn;
  let rest = (millisecondOfDay << 23n) | random;
  let code = '';
  for (let index = 0; index < CODE_LENGTH; index += 1) {
    code = (ALPHABET[Number(rest & 31n)] ?? '') + code;
    rest >>= 5n;
  }
  return `${compactDate(placedAt, timeZone)}-${code}`;
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
