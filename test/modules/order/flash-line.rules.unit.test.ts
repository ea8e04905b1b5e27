import { describe, expect, it } from 'vitest';
import { takeTurns } from '../../../src/modules/order/flash-sales/line.rules.ts';

const now = new Date('2026-11-20T09:00:10.000Z');

const ticket = (rank: number, address = '{}', secondsOld = 1) => ({
  rank,
  address,
  createdAt: new Date(now.getTime() - secondsOld * 1000),
});
const turns = (line: ReturnType<typeof ticket>[], units: number) => {
  const { next, isHeldUp } = takeTurns(line, units, now);
  return { ranks: next.map(({ rank }) => rank), isHeldUp };
};

describe('whose turn it is', () => {
  it('are the first in line, as many as there are units', () => {
    const line = [ticket(1), ticket(2), ticket(3)];
    expect(turns(line, 2)).toEqual({ ranks: [1, 2], isHeldUp: false });
    expect(turns(line, 9)).toEqual({ ranks: [1, 2, 3], isHeldUp: false });
    expect(turns([], 9)).toEqual({ ranks: [], isHeldUp: false });
  });

  it('nobody passes one whose address is about to come', () => {
    const line = [ticket(1), ticket(2, ''), ticket(3)];
    expect(turns(line, 3)).toEqual({ ranks: [1], isHeldUp: true });
    expect(turns(line, 1)).toEqual({ ranks: [1], isHeldUp: false });
  });

  it('one whose address never came is passed', () => {
    const line = [ticket(1, '', 5), ticket(2), ticket(3, '', 4), ticket(4)];
    expect(turns(line, 3)).toEqual({ ranks: [2], isHeldUp: true });
  });
});
