import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('batches that nobody wants to be parallel', () => {
  /** Each run ends when it is told to, the one that began first at first. */
  function createRuns() {
    const sizes: number[] = [];
    const ends: (() => void)[] = [];
    const run = async (items: readonly unknown[]) => {
      sizes.push(items.length);
      await new Promise<void>((end) => ends.push(end));
    };
    return { sizes, ends, run };
  }

  it('follow each other in a collector, however much waits', async () => {
    const { sizes, ends, run } = createRuns();
    const collector = new Collector<number>({ maxWeight: 10, pauseMs: 0, run });
    collector.add(1);
    await turn();
    for (let item = 0; item < 30; item += 1) collector.add(item);
    for (const expected of [[1], [1, 10], [1, 10, 10], [1, 10, 10, 10]]) {
      await turn();
      await turn();
      expect(sizes).toEqual(expected);
      ends.shift()?.();
    }
    await collector.idle();
  });

  it('follow each other in a batched call', async () => {
    const { sizes, ends, run } = createRuns();
    const call = batchedCall<number, number>({
      maxInputs: 10,
      pauseMs: 0,
      run: async (inputs) => {
        await run(inputs);
        return inputs.map((value) => ({ ok: true, value }));
      },
    });
    const first = call(1);
    await turn();
    const others = [2, 3, 4].map(call);
    await turn();
    await turn();
    expect(sizes).toEqual([1]);
    ends.shift()?.();
    expect(await first).toBe(1);
    await turn();
    expect(sizes).toEqual([1, 3]);
    ends.shift()?.();
    expect(await Promise.all(others)).toEqual([2, 3, 4]);
  });
});

describe('a collector of parallel batches', () => {
  /** Each batch runs until it is ended, the one that began first at first. */
  function collectGated(weigh: (item: number) => number = () => 1) {
    const batches: number[][] = [];
    const ends: (() => void)[] = [];
    const collector = new Collector<number>({
      maxWeight: 10,
      weigh,
      pauseMs: 0,
      parallel: 2,
      run: async (batch) => {
        batches.push(batch);
        await new Promise<void>((end) => ends.push(end));
      },
    });
    return { collector, batches, ends };
  }

  it('begins a batch beside another only when half as much waits as that one has', async () => {
    const { collector, batches, ends } = collectGated();
    [1, 2, 3, 4].forEach((item) => collector.add(item));
    await turn();
    collector.add(5);
    await turn();
    expect(batches).toEqual([[1, 2, 3, 4]]);
    collector.add(6);
    await turn();
    expect(batches).toEqual([
      [1, 2, 3, 4],
      [5, 6],
    ]);
    [7, 8, 9].forEach((item) => collector.add(item));
    await turn();
    expect(batches).toHaveLength(2);
    ends.shift()?.();
    await turn();
    expect(batches.at(-1)).toEqual([7, 8, 9]);
    ends.forEach((end) => end());
    await collector.idle();
  });

  it('compares by weight: few heavy items may have as much in hand as many light ones', async () => {
    const { collector, batches, ends } = collectGated((item) => item);
    collector.add(5);
    await turn();
    [1, 1].forEach((item) => collector.add(item));
    await turn();
    expect(batches).toEqual([[5]]);
    collector.add(1);
    await turn();
    expect(batches).toEqual([[5], [1, 1, 1]]);
    ends.forEach((end) => end());
    await collector.idle();
  });

  it('is idle when all of them are over', async () => {
    const ends: (() => void)[] = [];
    const collector = new Collector<number>({
      maxWeight: 1,
      pauseMs: 0,
      parallel: 2,
      run: () => new Promise<void>((end) => ends.push(end)),
    });
    collector.add(1);
    await turn();
    collector.add(2);
    await turn();
    let idle = false;
    const wait = collector.idle().then(() => (idle = true));
    ends[0]?.();
    await turn();
    expect(idle).toBe(false);
    ends[1]?.();
    await wait;
    expect(collector.busy).toBe(false);
  });
});

describe('a collector of items that can wait', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  function collect(waits: { patienceMs?: number; restMs?: number }) {
    const batches: string[][] = [];
    const collector = new Collector<string>({
      maxWeight: 4,
      pauseMs: 0,
      ...waits,
      run: async (batch) => void batches.push(batch),
    });
    return { collector, batches };
  }
  /** Lets so much time pass, and what it sets off happen. */
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  it('takes them along with one that cannot', async () => {
    const { collector, batches } = collect({ patienceMs: 15 });
    collector.add('patient', true);
    await pass(10);
    expect(batches).toEqual([]);
    collector.add('urgent');
    await pass(1);
    expect(batches).toEqual([['patient', 'urgent']]);
  });

  it('lets them wait no longer than their patience', async () => {
    const { collector, batches } = collect({ patienceMs: 15 });
    collector.add('one', true);
    await pass(10);
    collector.add('two', true);
    await pass(4);
    expect(batches).toEqual([]);
    await pass(2);
    expect(batches).toEqual([['one', 'two']]);
  });

  it('takes them before when they fill a batch, or somebody waits for the end', async () => {
    const { collector, batches } = collect({ patienceMs: 15 });
    ['a', 'b', 'c', 'd'].forEach((item) => collector.add(item, true));
    await pass(1);
    expect(batches).toEqual([['a', 'b', 'c', 'd']]);
    collector.add('e', true);
    const idle = collector.idle();
    await pass(1);
    await idle;
    expect(batches).toEqual([['a', 'b', 'c', 'd'], ['e']]);
  });

  it('takes the first at once, and rests before the next', async () => {
    const { collector, batches } = collect({ restMs: 100 });
    collector.add('first', true);
    await pass(1);
    expect(batches).toEqual([['first']]);
    collector.add('second', true);
    await pass(50);
    collector.add('third', true);
    expect(batches).toEqual([['first']]);
    await pass(60);
    expect(batches).toEqual([['first'], ['second', 'third']]);
    await pass(200);
    collector.add('fourth', true);
    await pass(1);
    expect(batches.at(-1)).toEqual(['fourth']);
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
