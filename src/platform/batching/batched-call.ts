import { Collector } from './collector.ts';

/** What became of one input of a batch. */
export type Outcome<Output> = { ok: true; value: Output } | { ok: false; error: unknown };

/**
 * Turns a function over a batch into one over a single input: callers that come while a batch runs
 * share the next one. When the whole batch throws, every caller gets that error.
 */
export function batchedCall<Input, Output>(options: {
  maxInputs: number;
  pauseMs: number;
  /** Batches that may run at once; 1 when not given. */
  parallel?: number;
  run: (inputs: Input[]) => Promise<Outcome<Output>[]>;
}): (input: Input) => Promise<Output> {
  type Call = { input: Input; settle: (outcome: Outcome<Output>) => void };
  const collector = new Collector<Call>({
    maxWeight: options.maxInputs,
    pauseMs: options.pauseMs,
    parallel: options.parallel ?? 1,
    run: async (calls) => {
      let outcomes: Outcome<Output>[];
      try {
        outcomes = await options.run(calls.map((call) => call.input));
      } catch (error) {
        outcomes = calls.map(() => ({ ok: false, error }));
      }
      calls.forEach((call, index) => {
        call.settle(outcomes[index] ?? { ok: false, error: new Error('a batch lost an outcome') });
      });
    },
  });
  return (input) =>
    new Promise((resolve, reject) => {
      collector.add({
        input,
        settle: (outcome) => (outcome.ok ? resolve(outcome.value) : reject(outcome.error)),
      });
    });
}
