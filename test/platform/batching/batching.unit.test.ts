import { describe, expect, it } from 'vitest';
import { batchedCall } from '../../../src/platform/batching/batched-call.ts';
import { Collector } from '../../../src/platform/batching/collector.ts';

describe('a collector', () => {
  it('runs what arrives in one turn together, and what arrives meanwhile after it', async () => {
    const batches: number[][] = [];
    const collector = new Collector<number>({
      maxWeight: 10,
      pauseMs: 0,
      run: async (batch) => {
        batches.push(batch);
        if (batches.length === 1) [4, 5].forEach((item) => collector.add(item));
      },
    });
    [1, 2, 3].forEach((item) => collector.add(item));
    await collector.idle();
    expect(batches).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  it('takes as much as fits by weight, and at least one item', async () => {
    const batches: number[][] = [];
    const collector = new Collector<number>({
      maxWeight: 10,
      weigh: (item) => item,
      pauseMs: 0,
      run: async (batch) => void batches.push(batch),
    });
    [6, 4, 5, 50, 1].forEach((item) => collector.add(item));
    await collector.idle();
    expect(batches).toEqual([[6, 4], [5], [50], [1]]);
  });
});

describe('a batched call', () => {
  it('gives each caller its own outcome', async () => {
    let runs = 0;
    const double = batchedCall<number, number>({
      maxInputs: 10,
      pauseMs: 0,
      run: async (inputs) => {
        runs += 1;
        return inputs.map((input) =>
          input < 0 ? { ok: false, error: new Error('negative') } : { ok: true, value: input * 2 },
        );
      },
    });
    const outcomes = await Promise.allSettled([double(1), double(-1), double(3)]);
    expect(outcomes).toMatchObject([
      { status: 'fulfilled', value: 2 },
      { status: 'rejected', reason: { message: 'negative' } },
      { status: 'fulfilled', value: 6 },
    ]);
    expect(runs).toBe(1);
  });

  it('gives every caller the error of a batch that fails as a whole', async () => {
    const failing = batchedCall<number, number>({
      maxInputs: 10,
      pauseMs: 0,
      run: () => Promise.reject(new Error('all of it')),
    });
    const outcomes = await Promise.allSettled([failing(1), failing(2)]);
    expect(outcomes.every((outcome) => outcome.status === 'rejected')).toBe(true);
  });
});
