import { describe, expect, it } from 'vitest';
import { maskName } from '../../../src/modules/user/accounts/masking.rules.ts';

describe('a masked name', () => {
  it.each([
    ['김선험', '김*험'],
    ['남궁민수', '남**수'],
    ['김험', '김*'],
    ['김', '*'],
    ['', ''],
    [' 김선험 ', '김*험'],
    // Letters in parts, as some systems send them.
    ['김선험'.normalize('NFD'), '김*험'],
    ['Minji Kim', 'M*******m'],
    ['e\u0301ab', '\u00e9*b'],
    ['김👨‍👩‍👧험', '김*험'],
  ])('of %s is %s', (name, masked) => {
    expect(maskName(name)).toBe(masked);
  });
});
