import { describe, expect, it } from 'vitest';
import { faultsInList, shareOut } from '../../../src/modules/coupon/issuing/issue.rules.ts';

describe('a list of members', () => {
  it('names who is no member and who is there twice', () => {
    expect(faultsInList(['a', 'b', 'a', 'x'], new Set(['a', 'b']))).toEqual([
      { path: '/memberIds/2', message: 'a is there before' },
      { path: '/memberIds/3', message: 'x is not a member' },
    ]);
    expect(faultsInList(['b', 'a'], new Set(['a', 'b']))).toEqual([]);
  });
});

describe('sharing out', () => {
  it.each([
    [5, ['b', 'd'], 0],
    [2, ['b', 'd'], 0],
    [1, ['b'], 1],
    [0, [], 2],
    [-1, [], 2],
  ])('gives what is left (%i) in the order of the list', (left, fresh, refused) => {
    const shares = shareOut(['a', 'b', 'c', 'd'], new Set(['a', 'c', 'z']), left);
    expect(shares).toEqual({ fresh, already: 2, refused });
  });
});
