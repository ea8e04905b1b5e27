import { describe, expect, it } from 'vitest';
import {
  admitByRank,
  memoryMs,
  type Entry,
} from '../../../src/platform/first-come/first-come.rules.ts';

const entry = (rank: number, memberId = `member ${rank}`): Entry => ({
  claimId: `claim of ${memberId}`,
  memberId,
  rank,
  extra: '',
});
const claim = ({ claimId, memberId, rank }: Entry) => ({ claimId, memberId, rank });
const counter = (issued: number, quota = 100) => ({ epoch: 1, quota, issued });

describe('entries are admitted', () => {
  it('by rank, from the one after the last', () => {
    const entries = [entry(4), entry(5)];
    const admitted = admitByRank(counter(3), entries, []);
    expect(admitted).toEqual({ claims: entries.map(claim), fresh: entries, stoppedBy: undefined });
  });

  it('once: those that are stored already are successes and take no rank', () => {
    const stored = [entry(1), entry(2)];
    const admitted = admitByRank(counter(2), [...stored, entry(3)], stored.map(claim));
    expect(admitted.claims.map(({ rank }) => rank)).toEqual([1, 2, 3]);
    expect(admitted.fresh).toEqual([entry(3)]);
  });

  it('with the rank under which they are stored, when they came back with another one', () => {
    const admitted = admitByRank(counter(2), [entry(3, 'a')], [{ ...claim(entry(1, 'a')) }]);
    expect(admitted).toMatchObject({ claims: [{ rank: 1 }], fresh: [], stoppedBy: undefined });
  });
});

describe('entries stop', () => {
  it.each([
    ['when nothing is left', counter(3, 4), [entry(4), entry(5)], [], 'sold_out', 1],
    ['at a gap', counter(3), [entry(4), entry(6)], [], 'rank_gap', 1],
    ['at a rank that is taken', counter(3), [entry(3)], [], 'rank_repeated', 0],
    ['at a rank that comes twice', counter(3), [entry(4), entry(4, 'b')], [], 'rank_repeated', 1],
    [
      'at a member who has another claim',
      counter(3),
      [entry(4), entry(5, 'a')],
      [{ claimId: 'an earlier one', memberId: 'a', rank: 2 }],
      'member_has_claim',
      1,
    ],
    [
      'at a member who is in twice',
      counter(0),
      [entry(1, 'a'), { ...entry(2, 'a'), claimId: 'another one' }],
      [],
      'member_has_claim',
      1,
    ],
  ] as const)('%s, and those before are stored', (_, row, entries, known, stoppedBy, stored) => {
    const admitted = admitByRank(row, entries, known);
    expect(admitted.stoppedBy).toBe(stoppedBy);
    expect(admitted.claims).toHaveLength(stored);
    expect(admitted.fresh).toHaveLength(stored);
  });
});

describe('an answer from memory', () => {
  it('lives a second at the most', () => {
    expect(memoryMs('sold_out', -1)).toBe(1000);
    expect(memoryMs('not_open', 60_000)).toBe(1000);
  });

  it('lives a fifth of a second near the opening, and never beyond it', () => {
    expect(memoryMs('not_open', 4999)).toBe(200);
    expect(memoryMs('not_open', 150)).toBe(150);
    expect(memoryMs('not_open', -1)).toBe(0);
  });
});
