import { describe, expect, test } from 'vitest';
import { withParticle } from '../../../scripts/seed/korean.ts';

describe('a particle', () => {
  test.each([
    ['머스크', '을/를', '머스크를'],
    ['장미꽃', '을/를', '장미꽃을'],
    ['무화과', '이/가', '무화과가'],
    ['샌달우드', '과/와', '샌달우드와'],
    ['귤', '과/와', '귤과'],
    ['앰버', '은/는', '앰버는'],
    ['바디워시', '으로/로', '바디워시로'],
    ['샤워 젤', '으로/로', '샤워 젤로'],
    ['롤온 퍼퓸', '으로/로', '롤온 퍼퓸으로'],
  ] as const)('fits the ending of %s (%s)', (word, particle, expected) => {
    expect(withParticle(word, particle)).toBe(expected);
  });

  test.each(['LUMEROA', '50', ''])('is refused after %j, whose sound is unknown', (word) => {
    expect(() => withParticle(word, '을/를')).toThrow(RangeError);
  });
});
