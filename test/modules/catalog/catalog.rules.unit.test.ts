import { describe, expect, it } from 'vitest';
import {
  availabilityOf,
  availabilityVersionAfter,
  stockChanges,
  type Stock,
  type StockLevels,
} from '../../../src/modules/catalog/catalog.rules.ts';

it.each([
  [-1, 'sold_out'],
  [0, 'sold_out'],
  [1, 'few_left'],
  [5, 'few_left'],
  [6, 'in_stock'],
] as const)('%i units are %s', (units, availability) => {
  expect(availabilityOf(units)).toBe(availability);
});

it.each([
  [6, 5, 8],
  [5, 6, 8],
  [1, 0, 8],
  [0, 6, 8],
  [6, 7, 7],
  [5, 1, 7],
  [0, 0, 7],
])('from %i to %i open units, version 7 becomes %i', (before, after, version) => {
  expect(availabilityVersionAfter({ open: before, availabilityVersion: 7 }, after)).toBe(version);
});

describe('what is written of locked SKUs', () => {
  const before = new Map<string, Stock>([
    ['a', { open: 6, held: 0, sold: 0, availabilityVersion: 3 }],
    ['b', { open: 9, held: 1, sold: 0, availabilityVersion: 0 }],
    ['c', { open: 1, held: 5, sold: 5, availabilityVersion: 1 }],
  ]);
  const changes = (after: [string, StockLevels][]) => stockChanges(before, new Map(after));

  it('is what has moved, in the order in which they are locked', () => {
    const after: [string, StockLevels][] = [
      ['c', { open: 1, held: 4, sold: 6 }],
      ['b', { open: 9, held: 1, sold: 0 }],
      ['a', { open: 5, held: 1, sold: 0 }],
    ];
    expect(changes(after)).toEqual([
      { skuId: 'a', open: 5, held: 1, sold: 0, availabilityVersion: 4, crossed: true },
      { skuId: 'c', open: 1, held: 4, sold: 6, availabilityVersion: 1, crossed: false },
    ]);
  });

  it('is nothing when nothing has moved', () => {
    expect(changes([...before])).toEqual([]);
    expect(changes([])).toEqual([]);
  });
});
