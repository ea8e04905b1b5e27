import { describe, expect, it } from 'vitest';
import { faultOf } from '../../../scripts/bench/calibrate.ts';
import type { Comparison } from '../../../scripts/bench/compare.ts';
import { faultOfLoad } from '../../../scripts/bench/measure.ts';
import { isFloor, SCENARIOS, subjectNamed } from '../../../scripts/bench/scenarios.ts';

describe('the answers of a round', () => {
  it.each([
    ['none is a refusal', { answered: 100, refused: 0, failed: 0 }, 0],
    ['as many are refusals as must be', { answered: 100, refused: 20, failed: 0 }, 0.2],
    ['some refusals were on their way', { answered: 1000, refused: 185, failed: 0 }, 0.2],
  ])('are right when %s', (_, result, share) => {
    expect(faultOfLoad(result, share)).toBeUndefined();
  });

  it.each([
    ['one is a refusal and none may be', { answered: 100_000, refused: 1, failed: 0 }, 0],
    ['too few are refusals', { answered: 1000, refused: 170, failed: 0 }, 0.2],
    ['too many are refusals', { answered: 1000, refused: 230, failed: 0 }, 0.2],
    ['a connection broke', { answered: 1000, refused: 200, failed: 1 }, 0.2],
    ['there are none', { answered: 0, refused: 0, failed: 0 }, 0],
  ])('are wrong when %s', (_, result, share) => {
    expect(faultOfLoad(result, share)).toBeDefined();
  });
});

describe('a comparison', () => {
  const comparison: Comparison = {
    name: 'a-scenario',
    floorName: 'a-floor',
    ratioMedian: 0.5,
    ratioMin: 0.4,
    ratioMax: 0.6,
    perSecondMedian: 500,
    floorPerSecondMedian: 1000,
    p50Ms: 1,
    p99Ms: 2,
    serverCpuMsPerRequest: 0.1,
    databaseCpuMsPerRequest: 0.1,
    rounds: 5,
    exact: true,
  };

  it('can be trusted while its floor is near its calibration', () => {
    expect(faultOf(comparison, 1300)).toBeUndefined();
  });

  it('cannot be trusted when its floor was much slower than alone', () => {
    expect(faultOf(comparison, 1400)).toContain('71 % of its calibration');
  });

  it('without a calibrated floor is trusted as long as it is exact', () => {
    expect(faultOf(comparison, undefined)).toBeUndefined();
    expect(faultOf({ ...comparison, exact: false }, undefined)).toContain('does not add up');
  });
});

describe('the scenarios', () => {
  it('have names and floors that a server process can be told', () => {
    const names = SCENARIOS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter(isFloor)).toEqual([]);
    for (const { name, floorName } of SCENARIOS) {
      expect(subjectNamed(name)).toBeDefined();
      expect(subjectNamed(floorName)).toBeDefined();
    }
    expect(subjectNamed('nothing-of-the-kind')).toBeUndefined();
  });
});
