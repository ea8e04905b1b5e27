import { describe, expect, test } from 'vitest';
import { randomFor, shuffledPlace } from '../../../scripts/seed/random.ts';

const draws = (stream: string, index: number) => {
  const random = randomFor(stream, index);
  return Array.from({ length: 20 }, () => random.below(1000));
};

describe('the draws of a thing', () => {
  test('are the same each time', () => {
    expect(draws('product', 7)).toEqual(draws('product', 7));
  });

  test('differ from those of its neighbours and of other streams', () => {
    expect(draws('product', 7)).not.toEqual(draws('product', 8));
    expect(draws('product', 7)).not.toEqual(draws('member', 7));
  });

  test('cover their whole range', () => {
    const random = randomFor('range', 0);
    const drawn = new Set(Array.from({ length: 500 }, () => random.between(3, 9)));
    expect(drawn).toEqual(new Set([3, 4, 5, 6, 7, 8, 9]));
  });

  test('cannot pick from nothing', () => {
    expect(() => randomFor('range', 0).pick([])).toThrow(RangeError);
  });
});

describe('shuffled places', () => {
  test.each([1, 2, 7, 64, 1000])('are each taken once, among %i', (size) => {
    const places = Array.from({ length: size }, (_, index) => shuffledPlace(index, size));
    expect(places.toSorted((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i));
  });

  test('end with the size', () => {
    expect(() => shuffledPlace(10, 10)).toThrow(RangeError);
    expect(() => shuffledPlace(-1, 10)).toThrow(RangeError);
  });
});
