import { describe, expect, it } from 'vitest';
import { orderNumber } from '../../../src/modules/order/reading/order-number.ts';
import { idTimeMs, newId } from '../../../src/platform/ids/id.ts';

const ID = '01a1fa76-2079-762a-ba8d-552c9678f781';
const AT = new Date('2026-11-20T14:59:59.999Z');

const MIDNIGHT = Date.UTC(2026, 10, 20);

/** The id of an order so long after midnight. */
function idAt(ms: number, rest: string): string {
  const digits = (MIDNIGHT + ms).toString(16).padStart(12, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}-${rest}`;
}

describe('an order number', () => {
  it('is the date and twelve characters that nobody mixes up', () => {
    const numbers = Array.from({ length: 200 }, () => orderNumber(newId(), AT, 'Asia/Seoul'));
    for (const number of numbers) expect(number).toMatch(/^20261120-[0-9A-HJKMNP-TV-Z]{12}$/);
  });

  it('is always the same for the same order', () => {
    expect(orderNumber(ID, AT, 'Asia/Seoul')).toBe(orderNumber(ID, AT, 'Asia/Seoul'));
  });

  it("shows the date of the shop's time zone", () => {
    const next = new Date(AT.getTime() + 1);
    expect(orderNumber(ID, AT, 'Asia/Seoul')).toMatch(/^20261120-/);
    expect(orderNumber(ID, next, 'Asia/Seoul')).toMatch(/^20261121-/);
    expect(orderNumber(ID, next, 'UTC')).toMatch(/^20261120-/);
    expect(orderNumber(ID, next, 'America/New_York')).toMatch(/^20261120-/);
  });

  it('tells apart orders of the same millisecond', () => {
    // One after the other in the sequence, which goes on across the version and the variant.
    const time = ID.slice(0, 13);
    const ids = ['7fff-bfff-f8', '7fff-bfff-fc', '7000-8000-00', '7000-8000-04'].map(
      (sequence) => `${time}-${sequence}aaaaaaaaaa`,
    );
    expect(new Set(ids.map((id) => orderNumber(id, AT, 'UTC'))).size).toBe(4);
  });

  it('is another one for each of 20,000 orders, a millisecond apart', () => {
    const ids = Array.from({ length: 20_000 }, (_, ms) => idAt(ms, newId().slice(14)));
    expect(new Set(ids.map((id) => orderNumber(id, AT, 'UTC'))).size).toBe(ids.length);
  });

  it('sorts by the time of day', () => {
    const ids = [0, 1, 999, 43_200_000, 86_399_999].map((ms) => idAt(ms, '7fff-bfff-ffffffffffff'));
    expect(idTimeMs(ids[0] ?? '')).toBe(MIDNIGHT);
    const numbers = ids.map((id) => orderNumber(id, AT, 'UTC'));
    expect(numbers).toEqual([...new Set(numbers)].toSorted());
  });
});
