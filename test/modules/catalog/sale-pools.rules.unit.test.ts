import { describe, expect, it } from 'vitest';
import {
  emptyPool,
  fillPool,
  keptUnits,
  movePooledUnits,
  poolRefusalOf,
  type PooledLevels,
  type SalePool,
} from '../../../src/modules/catalog/sale-pools.rules.ts';
import type { Holding } from '../../../src/modules/catalog/stock-holds.rules.ts';

const pool = (changes: Partial<SalePool> = {}): SalePool => ({
  skuId: 'a',
  price: 700,
  open: 5,
  held: 2,
  sold: 3,
  returned: 0,
  isOver: false,
  ...changes,
});
const levels = (): PooledLevels => ({ open: 10, held: 20, sold: 30, salePool: 5 });
const line = (skuId: string, quantity: number, unitPrice = 700) => ({
  skuId,
  quantity,
  unitPrice,
});

describe('an order of a sale', () => {
  const onSale = new Map([
    ['a', { price: 1_000, onSale: true }],
    ['hidden', { price: 1_000, onSale: false }],
  ]);
  const short = (requestedQuantity: number, availableQuantity: number, skuId = 'a') => ({
    reason: 'out_of_stock',
    skuIds: [skuId],
    shortages: [{ skuId, requestedQuantity, availableQuantity }],
  });

  it('can be set aside at the sale’s price, to the last unit of the pool', () => {
    expect(poolRefusalOf([line('a', 5)], pool(), onSale)).toBeUndefined();
  });

  it('is refused beyond the pool, and when the sale is over or never had units', () => {
    expect(poolRefusalOf([line('a', 6)], pool(), onSale)).toEqual(short(6, 5));
    expect(poolRefusalOf([line('a', 2), line('a', 4)], pool(), onSale)).toEqual(short(6, 5));
    expect(poolRefusalOf([line('a', 1)], pool({ isOver: true }), onSale)).toEqual(short(1, 0));
    expect(poolRefusalOf([line('a', 1)], undefined, onSale)).toEqual(short(1, 0));
  });

  it('is refused another SKU, and one that is off sale', () => {
    expect(poolRefusalOf([line('b', 1)], pool(), onSale)).toEqual(short(1, 0, 'b'));
    const hidden = pool({ skuId: 'hidden' });
    expect(poolRefusalOf([line('hidden', 1)], hidden, onSale)?.reason).toBe('out_of_stock');
  });

  it('is refused at another price, be it the usual one', () => {
    const changed = { reason: 'price_changed', skuIds: ['a'], shortages: [] };
    expect(poolRefusalOf([line('a', 1, 1_000)], pool(), onSale)).toEqual(changed);
    expect(poolRefusalOf([line('a', 1, 699)], pool(), onSale)).toEqual(changed);
  });
});

describe('moving units of a sale', () => {
  const nothing: Holding = { lines: [], place: 'open' };
  const held: Holding = { lines: [['a', 2]], place: 'held' };
  const sold: Holding = { lines: [['a', 2]], place: 'sold' };
  const released: Holding = { lines: [['a', 2]], place: 'open' };
  const move = (from: Holding, to: Holding, of = pool()) => {
    const after = levels();
    movePooledUnits(after, of, from, to);
    return { levels: after, pool: of };
  };

  it('takes them from the pool, not from the open stock', () => {
    expect(move(nothing, held)).toEqual({
      levels: { open: 10, held: 22, sold: 30, salePool: 3 },
      pool: pool({ open: 3, held: 4 }),
    });
  });

  it('sells what is held, and puts back into the pool what is not', () => {
    expect(move(held, sold)).toEqual({
      levels: { open: 10, held: 18, sold: 32, salePool: 5 },
      pool: pool({ held: 0, sold: 5 }),
    });
    expect(move(sold, released)).toEqual({
      levels: { open: 10, held: 20, sold: 28, salePool: 7 },
      pool: pool({ open: 7, sold: 1 }),
    });
  });

  it('puts back into the open stock what comes back when the sale is over', () => {
    const over = pool({ open: 0, returned: 5, isOver: true });
    expect(move(sold, released, over)).toEqual({
      levels: { open: 12, held: 20, sold: 28, salePool: 5 },
      pool: pool({ open: 0, sold: 1, returned: 7, isOver: true }),
    });
  });

  it('leaves alone what was cancelled before', () => {
    const cut: Holding = { lines: [['a', 2, 1]], place: 'sold' };
    expect(move(sold, cut).pool).toEqual(pool({ open: 6, sold: 2 }));
    expect(move(cut, released).pool).toEqual(pool({ open: 6, sold: 2 }));
  });

  it('knows what a hold keeps', () => {
    expect(keptUnits({ lines: [['a', 5, 2]], place: 'held' })).toBe(3);
    expect(keptUnits(released)).toBe(0);
  });
});

describe('the pool of a sale', () => {
  const wanted = { skuId: 'a', price: 700, quantity: 4 };
  const empty = { held: 0, sold: 0, returned: 0, isOver: false };

  it('gets as many units as the sale wants', () => {
    const after = levels();
    expect(fillPool(after, wanted)).toEqual({ skuId: 'a', price: 700, open: 4, ...empty });
    expect(after).toEqual({ open: 6, held: 20, sold: 30, salePool: 9 });
  });

  it('gets what is open when that is less, and nothing of what is not there', () => {
    const after = levels();
    expect(fillPool(after, { ...wanted, quantity: 11 }).open).toBe(10);
    expect(after).toMatchObject({ open: 0, salePool: 15 });
    expect(fillPool(undefined, wanted).open).toBe(0);
  });

  it('gives back what no order has', () => {
    const [after, ended] = [levels(), pool()];
    expect(emptyPool(after, ended)).toBe(5);
    expect(after).toEqual({ open: 15, held: 20, sold: 30, salePool: 0 });
    expect(ended).toEqual(pool({ open: 0, returned: 5, isOver: true }));
  });
});
