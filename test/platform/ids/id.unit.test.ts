import { describe, expect, it } from 'vitest';
import {
  ID_PATTERN,
  idFromBytes,
  idTimeMs,
  idToBytes,
  idToHex,
  newId,
} from '../../../src/platform/ids/id.ts';

describe('an id', () => {
  const many = Array.from({ length: 10_000 }, newId);

  it('is another one each time, and above the ones before', () => {
    expect(new Set(many).size).toBe(many.length);
    expect(many.toSorted()).toEqual(many);
  });

  it('is a UUIDv7 of the moment when it was made', () => {
    const [before, id, after] = [Date.now(), newId(), Date.now()];
    expect(id).toMatch(new RegExp(ID_PATTERN));
    expect(id).toMatch(/^.{14}7.{4}[89ab]/);
    expect(idTimeMs(id)).toBeGreaterThanOrEqual(before);
    // One that begins with its maker's last millisecond may be a little ahead of another clock.
    expect(idTimeMs(id)).toBeLessThanOrEqual(after + 1);
  });

  it('is the same in text, in digits and in bytes', () => {
    const digits = '0123456789abcdef';
    const all = [...many, `${digits.slice(0, 8)}-89ab-7cde-8f01-${digits.slice(4)}`];
    for (const id of all) {
      const bytes = idToBytes(id);
      expect(bytes.toString('hex')).toBe(idToHex(id));
      expect(idToHex(id)).toBe(id.replaceAll('-', ''));
      expect(idFromBytes(bytes)).toBe(id);
    }
  });

  it('sorts in text as it does in bytes, which is how the database sorts it', () => {
    const ids = many.slice(0, 500).toSorted((a, b) => (a.slice(20) < b.slice(20) ? -1 : 1));
    const byBytes = ids.toSorted((a, b) => Buffer.compare(idToBytes(a), idToBytes(b)));
    expect(byBytes).toEqual(ids.toSorted());
  });

  it('is nothing else: no bytes are made of other text', () => {
    for (const text of [
      '',
      'abc',
      newId().slice(1),
      `${newId()}00`,
      `gg${newId().slice(2)}`,
      newId().toUpperCase(),
    ]) {
      expect(() => idToBytes(text)).toThrow(TypeError);
    }
  });
});
