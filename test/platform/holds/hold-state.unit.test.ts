import { describe, expect, it } from 'vitest';
import {
  nextHoldState,
  type HoldState,
  type HoldStep,
} from '../../../src/platform/holds/hold-state.ts';
import { permutations } from '../../support/shuffle.ts';

const STATES: readonly HoldState[] = ['held', 'committed', 'released', 'refused'];

const askedAgain = () => {
  throw new Error('asked again');
};

const after = (steps: readonly HoldStep[], canHold = true): HoldState | undefined => {
  let state: HoldState | undefined;
  for (const step of steps) state = nextHoldState(state, step, () => canHold);
  return state;
};

describe('a hold', () => {
  it('is granted or refused when it is new', () => {
    expect(after(['hold'])).toBe('held');
    expect(after(['hold'], false)).toBe('refused');
  });

  it('is committed when the order is paid, and can be given back even then', () => {
    expect(after(['hold', 'commit'])).toBe('committed');
    expect(after(['hold', 'commit', 'release'])).toBe('released');
  });

  it('that was refused stays so, whatever comes', () => {
    for (const step of ['hold', 'commit', 'release'] as const) {
      expect(after(['hold', step], false)).toBe('refused');
    }
  });

  it('is asked for once: a second placement changes nothing and asks nobody', () => {
    for (const state of STATES) {
      expect(nextHoldState(state, 'hold', askedAgain)).toBe(state);
    }
  });

  it('that is released takes no late hold and no late payment', () => {
    expect(after(['release', 'hold'])).toBe('released');
    expect(after(['release', 'hold', 'commit'])).toBe('released');
    expect(after(['hold', 'release', 'commit'])).toBe('released');
  });

  it('cannot be paid when it was never made: that is a fault to be seen, not a state', () => {
    expect(() => after(['commit'])).toThrow('never made');
  });

  it('does not change when a step is told twice', () => {
    for (const steps of [['hold'], ['hold', 'commit'], ['hold', 'release'], ['release']] as const) {
      expect(after([...steps, ...steps.slice(-1)])).toBe(after(steps));
    }
  });
});

describe('the steps of an order', () => {
  it.each([
    { steps: ['hold', 'release'], end: 'released' },
    { steps: ['hold', 'commit'], end: 'committed' },
    { steps: ['hold', 'commit', 'release'], end: 'released' },
  ] as const)('$steps lead to $end in every order', ({ steps, end }) => {
    // A payment needs the hold, so it never comes before it.
    const orders = permutations<HoldStep>(steps).filter(
      (order) => !order.includes('commit') || order.indexOf('hold') < order.indexOf('commit'),
    );
    expect(orders.length).toBeGreaterThan(0);
    for (const order of orders) expect(after(order)).toBe(end);
  });
});
