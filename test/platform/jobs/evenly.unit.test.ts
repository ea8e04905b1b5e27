import { describe, expect, it } from 'vitest';
import { evenly } from '../../../src/platform/jobs/evenly.ts';
import { UNSTOPPED } from '../../support/unstopped.ts';

describe('work done evenly', () => {
  it('goes on until a step finds less than it could have done', async () => {
    const left = [10, 10, 10, 3, 10];
    await evenly(async () => left.shift() ?? 0, 10, UNSTOPPED);
    expect(left).toEqual([10]);
  });

  it('rests between two steps, longer than it works', async () => {
    const spans: { from: number; to: number }[] = [];
    const step = async () => {
      const from = performance.now();
      while (performance.now() - from < 3);
      spans.push({ from, to: performance.now() });
      return spans.length < 4 ? 10 : 0;
    };
    await evenly(step, 10, UNSTOPPED);
    for (const [index, { from, to }] of spans.slice(0, -1).entries()) {
      const next = spans[index + 1]?.from ?? 0;
      // A timer's millisecond may be short of a whole one.
      expect(next - to).toBeGreaterThanOrEqual(3.9 * (to - from) - 1);
    }
  });

  it('ends between two steps when it is to stop, whatever is left', async () => {
    const stop = new AbortController();
    let steps = 0;
    const step = async () => {
      steps += 1;
      if (steps === 2) stop.abort();
      return 10;
    };
    await evenly(step, 10, stop.signal);
    expect(steps).toBe(2);
  });

  it('does not sit out a pause when it is to stop', async () => {
    const stop = new AbortController();
    const step = async () => {
      const from = performance.now();
      while (performance.now() - from < 50);
      setTimeout(() => stop.abort(), 1);
      return 10;
    };
    const endedEarly = evenly(step, 10, stop.signal).then(() => 'ended');
    const pauseOver = new Promise((resolve) => setTimeout(resolve, 10_000, 'pause over').unref());
    expect(await Promise.race([endedEarly, pauseOver])).toBe('ended');
  });

  it('leaves it to its caller when a step fails', async () => {
    const step = () => Promise.reject(new Error('no'));
    await expect(evenly(step, 10, UNSTOPPED)).rejects.toThrow('no');
  });
});
