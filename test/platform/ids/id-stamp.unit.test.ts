import { describe, expect, it } from 'vitest';
import { moveOn, type IdStamp } from '../../../src/platform/ids/id-stamp.ts';

const LAST_SEQ = 0xffff_ffff;

const isAbove = (next: IdStamp, { msecs, seq }: IdStamp) =>
  next.msecs > msecs || (next.msecs === msecs && next.seq > seq);

describe("an id's stamp", () => {
  it('is of the time, and has half of the counter left, whatever is drawn', () => {
    for (const random of [0, 1, 0x8000_0000, LAST_SEQ]) {
      const stamp = { msecs: 0, seq: 0 };
      moveOn(stamp, 1000, random);
      expect(stamp.msecs).toBe(1000);
      expect(stamp.seq).toBeLessThanOrEqual(LAST_SEQ / 2);
    }
  });

  it('rises while the time stands still, goes on or steps back, however far', () => {
    const stamp = { msecs: 0, seq: 0 };
    for (const nowMs of [5000, 5000, 5001, 4000, 4001, 1, 5001, 5002, 5000]) {
      const before = { ...stamp };
      moveOn(stamp, nowMs, LAST_SEQ);
      expect(isAbove(stamp, before)).toBe(true);
    }
    expect(stamp.msecs).toBe(5002);
  });

  it('takes the next millisecond when the counter is full before the time is there', () => {
    const stamp = { msecs: 5000, seq: LAST_SEQ };
    moveOn(stamp, 10, 7);
    expect(stamp).toEqual({ msecs: 5001, seq: 3 });
    moveOn(stamp, 11, 9);
    expect(stamp).toEqual({ msecs: 5001, seq: 4 });
  });
});
