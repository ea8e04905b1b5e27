import { afterEach, describe, expect, it, vi } from 'vitest';
import { ID_PATTERN, idTimeMs, newId } from '../../../src/platform/ids/id.ts';

const HOW_MANY = 100_000;

describe('a new id', () => {
  afterEach(() => vi.restoreAllMocks());

  it('is a UUID of version 7 that carries the time', () => {
    const before = Date.now();
    const id = newId();
    expect(id).toMatch(new RegExp(ID_PATTERN));
    expect(id).toMatch(/^.{14}7.{4}[89ab]/);
    expect(idTimeMs(id)).toBeGreaterThanOrEqual(before);
    expect(idTimeMs(id)).toBeLessThanOrEqual(Date.now());
  });

  it('is greater than the one before, in the same millisecond and when the clock is set back', () => {
    const nowMs = Date.now() + 60_000;
    const clock = vi.spyOn(Date, 'now').mockReturnValue(nowMs);
    const ids = Array.from({ length: HOW_MANY }, newId);
    clock.mockReturnValue(nowMs - 30_000);
    ids.push(...Array.from({ length: HOW_MANY }, newId));
    clock.mockReturnValue(nowMs + 1);
    ids.push(newId());
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(2 * HOW_MANY + 1);
    expect(ids.every((id) => new RegExp(ID_PATTERN).test(id))).toBe(true);
  });

  it('ends in digits that no other has', () => {
    const ends = Array.from({ length: 1000 }, () => newId().slice(-12));
    expect(new Set(ends).size).toBe(1000);
  });
});
