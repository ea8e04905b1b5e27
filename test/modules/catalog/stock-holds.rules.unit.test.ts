import { describe, expect, it } from 'vitest';
import type { StockLevels } from '../../../src/modules/catalog/catalog.rules.ts';
import {
  cancelUpTo,
  moveUnits,
  refusalOf,
  unitsBySku,
  type HeldLines,
  type Holding,
  type OrderLine,
  type SkuOnSale,
} from '../../../src/modules/catalog/stock-holds.rules.ts';

const line = (skuId: string, quantity: number, unitPrice: number): OrderLine => ({
  skuId,
  quantity,
  unitPrice,
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
    const shortages = [{ skuId: 'a', requestedQuantity: 6, availableQuantity: 5 }];
    const short = { reason: 'out_of_stock', skuIds: ['a'], shortages };
    expect(refusal(line('a', 6, 1_000))).toEqual(short);
    expect(refusal(line('a', 3, 1_000), line('a', 3, 1_000))).toEqual(short);
  });

  it('all that is short is named, and what is not sold or not known counts as short', () => {
    const lines = [line('a', 1, 1_000), line('b', 1, 2_000), line('hidden', 1, 3_000)];
    expect(refusal(...lines, line('unknown', 1, 1))).toEqual({
      reason: 'out_of_stock',
      skuIds: ['b', 'hidden', 'unknown'],
      shortages: ['b', 'hidden', 'unknown'].map((skuId) => ({
        skuId,
        requestedQuantity: 1,
        availableQuantity: 0,
      })),
    });
  });

  it('they cannot at another price, be it higher or lower', () => {
    const changed = { reason: 'price_changed', skuIds: ['a'], shortages: [] };
    expect(refusal(line('a', 1, 999))).toEqual(changed);
    expect(refusal(line('a', 1, 1_001))).toEqual(changed);
  });

  it('being short outweighs another price', () => {
    expect(refusal(line('a', 1, 999), line('b', 1, 2_000))).toEqual({
      reason: 'out_of_stock',
      skuIds: ['b'],
      shortages: [{ skuId: 'b', requestedQuantity: 1, availableQuantity: 0 }],
    });
  });
});

describe('cancelled units of a hold', () => {
  const lines: HeldLines = [
    ['a', 3, 1],
    ['b', 2],
  ];
  const cancel = (...soFar: [skuId: string, quantity: number][]) =>
    cancelUpTo(
      lines,
      soFar.map(([skuId, quantity]) => ({ skuId, quantity })),
    );

  it('follow the total of each SKU, which may be told line by line', () => {
    expect(cancel(['a', 1], ['b', 1], ['a', 1])).toEqual([
      ['a', 3, 2],
      ['b', 2, 1],
    ]);
    expect(cancel(['b', 2])).toEqual([
      ['a', 3, 1],
      ['b', 2, 2],
    ]);
  });

  it('never become fewer: with a total that is old, these are the same lines', () => {
    expect(cancel(['a', 1])).toBe(lines);
    expect(cancel(['a', 0], ['b', 0])).toBe(lines);
    expect(cancel()).toBe(lines);
  });

  it('are never more than were set aside, and of no other SKU', () => {
    expect(() => cancel(['a', 4])).toThrow('held only 3 units of a');
    expect(() => cancel(['a', 2], ['a', 2])).toThrow('held only 3 units of a');
    expect(() => cancel(['c', 1])).toThrow('never held the SKU c');
  });
});

describe('moving units from hold to hold', () => {
  const nothing: Holding = { lines: [], place: 'open' };
  const lines: HeldLines = [
    ['a', 3, 1],
    ['b', 2],
  ];
  const move = (from: Holding, to: Holding) => {
    const levels = new Map<string, StockLevels>([
      ['a', { open: 10, held: 20, sold: 30 }],
      ['b', { open: 11, held: 21, sold: 31 }],
    ]);
    moveUnits(levels, from, to);
    return [...levels.values()].map(({ open, held, sold }) => [open, held, sold]);
  };

  it('takes what is not cancelled from the open units, and gives it back', () => {
    expect(move(nothing, { lines, place: 'held' })).toEqual([
      [8, 22, 30],
      [9, 23, 31],
    ]);
    expect(move({ lines, place: 'sold' }, { lines, place: 'open' })).toEqual([
      [12, 20, 28],
      [13, 21, 29],
    ]);
  });

  it('leaves the open units alone when what is held is sold', () => {
    expect(move({ lines, place: 'held' }, { lines, place: 'sold' })).toEqual([
      [10, 18, 32],
      [11, 19, 33],
    ]);
  });

  it('sells the rest of what was held when some of it is cancelled on the way', () => {
    const cut: HeldLines = [
      ['a', 3, 3],
      ['b', 2, 1],
    ];
    expect(move({ lines, place: 'held' }, { lines: cut, place: 'sold' })).toEqual([
      [12, 18, 30],
      [12, 19, 32],
    ]);
  });

  it('needs the stock of every SKU', () => {
    const unknown: Holding = { lines: [['c', 1]], place: 'held' };
    expect(() => move(nothing, unknown)).toThrow('SKU c has no stock row');
  });
});
