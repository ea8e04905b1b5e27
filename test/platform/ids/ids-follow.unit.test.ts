import { afterEach, describe, expect, it } from 'vitest';
import { idsFollow, idTimeMs, newId } from '../../../src/platform/ids/id.ts';

const HOUR_MS = 3_600_000;
const undos: (() => void)[] = [];

/** Has ids follow a clock that stands at this time until it is moved. */
function follow(atMs: number) {
  const clock = { ms: atMs, nowMs: () => clock.ms };
  const undo = idsFollow(clock);
  undos.push(undo);
  return { clock, undo };
}

afterEach(() => undos.splice(0).forEach((undo) => undo()));

/** How far the time of a new id is from the host's. */
const offHostMs = () => idTimeMs(newId()) - Date.now();

describe('ids that follow a clock', () => {
  it('are of its time, whether the host is ahead or behind', () => {
    for (const atMs of [Date.now() + HOUR_MS, Date.now() - HOUR_MS]) {
      follow(atMs);
      expect(idTimeMs(newId())).toBe(atMs);
    }
  });

  it('rise when it steps back, and are of its time again once it has caught up', () => {
    const { clock } = follow(HOUR_MS);
    const ids = [newId()];
    clock.ms -= HOUR_MS / 2;
    for (let made = 0; made < 10_000; made += 1) ids.push(newId());
    clock.ms = HOUR_MS + 1;
    ids.push(newId());
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    expect(idTimeMs(ids.at(-1) ?? '')).toBe(HOUR_MS + 1);
  });

  it('rise when they come to follow a clock that is hardly behind', () => {
    const { clock } = follow(HOUR_MS);
    const before = newId();
    follow(clock.ms - 500);
    expect(newId() > before).toBe(true);
  });

  it('are those of the host before, and after it is undone', () => {
    expect(Math.abs(offHostMs())).toBeLessThan(HOUR_MS / 2);
    follow(Date.now() + HOUR_MS).undo();
    expect(Math.abs(offHostMs())).toBeLessThan(HOUR_MS / 2);
  });

  it('follow the last of several, and each undoes only itself, once', () => {
    const first = follow(HOUR_MS);
    const second = follow(2 * HOUR_MS);
    const third = follow(3 * HOUR_MS);
    expect(idTimeMs(newId())).toBe(3 * HOUR_MS);
    second.undo();
    expect(idTimeMs(newId())).toBe(3 * HOUR_MS);
    third.undo();
    third.undo();
    expect(idTimeMs(newId())).toBe(HOUR_MS);
    first.undo();
    expect(Math.abs(offHostMs())).toBeLessThan(HOUR_MS / 2);
  });

  it('go on rising when a clock is undone that they did not follow', () => {
    const other = follow(HOUR_MS);
    const { clock } = follow(2 * HOUR_MS);
    const before = newId();
    clock.ms -= HOUR_MS;
    other.undo();
    expect(newId() > before).toBe(true);
  });
});
