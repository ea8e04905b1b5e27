import { describe, expect, it } from 'vitest';
import {
  availabilityOf,
  refusalOf,
  unitsBySku,
  type OrderLine,
  type SkuOnSale,
  type StockLevels,
} from '../../../src/modules/catalog/catalog.rules.ts';

const line = (skuId: string, quantity: number, unitPrice: number): OrderLine => ({
  skuId,
  quantity,
  unitPrice,
});

it.each([
  [-1, 'sold_out'],
  [0, 'sold_out'],
  [1, 'few_left'],
  [5, 'few_left'],
  [6, 'in_stock'],
] as const)('%i units are %s', (units, availability) => {
  expect(availabilityOf(units)).toBe(availability);
});

describe('units by SKU', () => {
  it('are added up over the lines, in the order in which SKUs are first named', () => {
    const lines = [
      { skuId: 'b', quantity: 1 },
      { skuId: 'a', quantity: 2 },
      { skuId: 'b', quantity: 3 },
    ];
    expect([...unitsBySku(lines)]).toEqual([
      ['b', 4],
      ['a', 2],
    ]);
    expect(unitsBySku([]).size).toBe(0);
  });
});

describe('whether the lines of an order can be set aside', () => {
  const levels = new Map<string, StockLevels>([
    ['a', { open: 5, held: 100, sold: 100 }],
    ['b', { open: 0, held: 0, sold: 0 }],
    ['hidden', { open: 5, held: 0, sold: 0 }],
  ]);
  const onSale = new Map<string, SkuOnSale>([
    ['a', { price: 1_000, onSale: true }],
    ['b', { price: 2_000, onSale: true }],
    ['hidden', { price: 3_000, onSale: false }],
  ]);
  const refusal = (...lines: OrderLine[]) => refusalOf(lines, levels, onSale);

  it('they can, to the last unit that is open', () => {
    expect(refusal(line('a', 5, 1_000))).toBeUndefined();
    expect(refusal(line('a', 2, 1_000), line('a', 3, 1_000))).toBeUndefined();
  });

  it('they cannot beyond it: what orders hold is theirs', () => {
    const short = { reason: 'out_of_stock', skuIds: ['a'] };
    expect(refusal(line('a', 6, 1_000))).toEqual(short);
    expect(refusal(line('a', 3, 1_000), line('a', 3, 1_000))).toEqual(short);
  });

  it('all that is short is named, and what is not sold or not known counts as short', () => {
    const lines = [line('a', 1, 1_000), line('b', 1, 2_000), line('hidden', 1, 3_000)];
    expect(refusal(...lines, line('unknown', 1, 1))).toEqual({
      reason: 'out_of_stock',
      skuIds: ['b', 'hidden', 'unknown'],
    });
  });

  it('they cannot at another price, be it higher or lower', () => {
    const changed = { reason: 'price_changed', skuIds: ['a'] };
    expect(refusal(line('a', 1, 999))).toEqual(changed);
    expect(refusal(line('a', 1, 1_001))).toEqual(changed);
  });

  it('being short outweighs another price', () => {
    expect(refusal(line('a', 1, 999), line('b', 1, 2_000))).toEqual({
      reason: 'out_of_stock',
      skuIds: ['b'],
    });
  });
});
