import { describe, expect, it } from 'vitest';
import { Attempts, networkOf } from '../../../src/platform/http/attempts.ts';

describe('attempts', () => {
  it('are let through up to the most, and then told when the next minute begins', () => {
    let nowMs = 5_000;
    const attempts = new Attempts(2, () => nowMs);
    expect([attempts.count('a'), attempts.count('a')]).toEqual([undefined, undefined]);
    nowMs += 20_500;
    expect(attempts.count('a')).toBe(40);
    expect(attempts.count('b')).toBeUndefined();
    nowMs += 39_499;
    expect(attempts.count('a')).toBe(1);
    nowMs += 1;
    expect(attempts.count('a')).toBeUndefined();
  });

  it('are not counted by who only asks whether the next one would be too many', () => {
    let nowMs = 0;
    const attempts = new Attempts(1, () => nowMs);
    expect([attempts.refusesNext('a'), attempts.refusesNext('a')]).toEqual([undefined, undefined]);
    attempts.count('a');
    expect(attempts.refusesNext('a')).toBe(60);
    nowMs = 60_000;
    expect(attempts.refusesNext('a')).toBeUndefined();
  });
});

describe('the network of an address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:DB8:1:2::9', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['2001:db8:0:5::', '2001:db8:0:5'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::1', '0:0:0:0'],
    ['no address', 'no address'],
  ])('%s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
