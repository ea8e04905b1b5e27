import { describe, expect, it } from 'vitest';
import {
  amountOf,
  hasRoomFor,
  isTooExpensive,
  mergeLines,
  priceLine,
  withLine,
  type CartLine,
} from '../../../src/modules/order/cart/cart.rules.ts';
import type { Availability, SkuFacts } from '../../../src/modules/order/copies/copies.rules.ts';

const line = (skuId: string, quantity: number, minute = 0): CartLine => ({
  skuId,
  quantity,
  addedAt: new Date(Date.UTC(2026, 10, 20, 9, minute)),
});

const sku = (changes: Partial<SkuFacts> = {}): SkuFacts => ({
  skuId: 'a',
  productId: 'p',
  typeId: null,
  name: '새벽 무화과',
  options: '50ml',
  thumbnailUrl: null,
  listPrice: 9_999,
  discountPercent: 10,
  priceDelta: 500,
  taxType: 'taxable',
  onSale: true,
  ...changes,
});

describe('a cart that is full', () => {
  const lines = [line('a', 1), line('b', 1)];

  it('takes no further SKU, but another quantity of what is in it', () => {
    expect(hasRoomFor(lines, 'c', 2)).toBe(false);
    expect(hasRoomFor(lines, 'b', 2)).toBe(true);
    expect(hasRoomFor(lines, 'c', 3)).toBe(true);
  });
});

describe('a line that is set', () => {
  it('comes last when it is new', () => {
    expect(withLine([line('a', 1)], line('b', 2, 5))).toEqual([line('a', 1), line('b', 2, 5)]);
  });

  it('keeps its place and its time when it was there', () => {
    const lines = [line('a', 1), line('b', 2, 1)];
    expect(withLine(lines, line('a', 7, 5))).toEqual([line('a', 7), line('b', 2, 1)]);
  });
});

describe("a guest's lines in a member's cart", () => {
  const limits = { maxLines: 3, maxQuantity: 10 };

  it('are added to those of the same SKU, up to the limit', () => {
    const merged = mergeLines([line('a', 2), line('b', 9)], [line('b', 9), line('a', 3)], limits);
    expect(merged).toEqual([line('a', 5), line('b', 10)]);
  });

  it('find room behind the member’s own as long as there is any', () => {
    const guests = [line('c', 1), line('d', 1), line('a', 1)];
    const merged = mergeLines([line('a', 1), line('b', 1)], guests, limits);
    expect(merged).toEqual([line('a', 2), line('b', 1), line('c', 1)]);
  });

  it('leave what they do not change as it is', () => {
    const [full, other] = [line('a', 10), line('b', 1)];
    const merged = mergeLines([full, other], [line('a', 5)], limits);
    expect(merged[0]).toBe(full);
    expect(merged[1]).toBe(other);
  });
});

describe('the price of a line', () => {
  it('is what the SKU costs now, times the units', () => {
    expect(priceLine(line('a', 3), sku(), 'few_left')).toMatchObject({
      listPrice: 10_499,
      unitPrice: 9_499,
      lineAmount: 3 * 9_499,
      availability: 'few_left',
      state: 'on_sale',
    });
  });

  it('counts in the sum only while it can be bought', () => {
    const item = (onSale: boolean, availability: Availability, listPrice: number) =>
      priceLine(
        line('a', 1),
        sku({ onSale, listPrice, discountPercent: 0, priceDelta: 0 }),
        availability,
      );
    const items = [
      item(true, 'in_stock', 1),
      item(true, 'few_left', 10),
      item(true, 'sold_out', 100),
      item(false, 'in_stock', 1_000),
    ];
    expect(amountOf(items)).toBe(11);
    expect(isTooExpensive(items)).toBe(false);
    expect(items[3]?.state).toBe('unavailable');
  });

  it('says no more than money may be, and is then too expensive', () => {
    const most = 1_000_000_000_000;
    const item = (listPrice: number, quantity: number) =>
      priceLine(
        line('a', quantity),
        sku({ listPrice, discountPercent: 0, priceDelta: 0 }),
        'in_stock',
      );
    expect(isTooExpensive([item(most / 2, 2)])).toBe(false);
    expect(item(most, 999).lineAmount).toBe(most);
    for (const items of [[item(most, 2)], [item(most, 1), item(1, 1)]]) {
      expect(amountOf(items)).toBe(most);
      expect(isTooExpensive(items)).toBe(true);
    }
  });
});
