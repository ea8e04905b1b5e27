import { describe, expect, it } from 'vitest';
import type { SkuFacts } from '../../../src/modules/order/copies/copies.rules.ts';
import { priceOrder, untaxedOf } from '../../../src/modules/order/placing/pricing.rules.ts';

const sku = (changes: Partial<SkuFacts> = {}): SkuFacts => ({
  skuId: 'sku',
  productId: 'product',
  name: '새벽 무화과',
  options: '50ml',
  thumbnailUrl: null,
  listPrice: 10_000,
  discountPercent: 0,
  priceDelta: 0,
  taxType: 'taxable',
  onSale: true,
  ...changes,
});
const SHIPPING = { shippingAmount: 3_000, freeShippingFromAmount: 30_000 };
const nothingOff = { discountOn: () => 0, pointsAmount: 0 };
const shippingFor = (quantity: number, discount: number) =>
  priceOrder([{ sku: sku(), quantity }], { discountOn: () => discount, pointsAmount: 0 }, SHIPPING)
    .shippingAmount;

describe('the price of an order', () => {
  it('is each line’s price after its discount, rounded down, plus the SKU’s difference', () => {
    const price = priceOrder(
      [
        { sku: sku({ listPrice: 9_999, discountPercent: 33, priceDelta: -200 }), quantity: 3 },
        { sku: sku({ priceDelta: 500 }), quantity: 1 },
      ],
      nothingOff,
      SHIPPING,
    );
    expect(price.lines.map((line) => [line.unitPrice, line.lineAmount])).toEqual([
      [6_499, 19_497],
      [10_500, 10_500],
    ]);
    expect(price).toMatchObject({
      itemsAmount: 29_997,
      couponAmount: 0,
      pointsAmount: 0,
      shippingAmount: 3_000,
      totalAmount: 32_997,
    });
  });

  it('has free shipping from the amount on, after the coupon', () => {
    expect(shippingFor(3, 0)).toBe(0);
    expect(shippingFor(3, 1)).toBe(3_000);
    expect(shippingFor(4, 10_000)).toBe(0);
    expect(shippingFor(4, 10_001)).toBe(3_000);
  });

  it('asks the coupon about the items alone, without shipping', () => {
    const asked: number[] = [];
    priceOrder(
      [{ sku: sku(), quantity: 2 }],
      {
        discountOn: (itemsAmount) => {
          asked.push(itemsAmount);
          return 0;
        },
        pointsAmount: 0,
      },
      SHIPPING,
    );
    expect(asked).toEqual([20_000]);
  });

  it('splits the coupon over the lines in proportion, to the last won', () => {
    const price = priceOrder(
      [
        { sku: sku({ listPrice: 10_000 }), quantity: 1 },
        { sku: sku({ listPrice: 20_000 }), quantity: 1 },
        { sku: sku({ listPrice: 30_000 }), quantity: 1 },
      ],
      { discountOn: () => 1_000, pointsAmount: 0 },
      SHIPPING,
    );
    expect(price.lines.map((line) => line.couponShare)).toEqual([166, 333, 501]);
  });

  it('of a gift is its shipping', () => {
    const price = priceOrder(
      [{ sku: sku({ discountPercent: 100 }), quantity: 2 }],
      nothingOff,
      SHIPPING,
    );
    expect(price).toMatchObject({ itemsAmount: 0, totalAmount: 3_000 });
    expect(price.lines[0]?.couponShare).toBe(0);
  });
});

describe('points', () => {
  it('pay for items after the coupon, each line its part, and not for shipping', () => {
    const price = priceOrder(
      [
        { sku: sku({ listPrice: 10_000 }), quantity: 1 },
        { sku: sku({ listPrice: 5_000 }), quantity: 1 },
      ],
      { discountOn: () => 3_000, pointsAmount: 1_000 },
      SHIPPING,
    );
    expect(price.lines.map((line) => [line.couponShare, line.pointsShare])).toEqual([
      [2_000, 666],
      [1_000, 334],
    ]);
    expect(price).toMatchObject({ shippingAmount: 3_000, totalAmount: 14_000 });
  });

  it('do not bring the shipping fee back', () => {
    const price = priceOrder(
      [{ sku: sku(), quantity: 3 }],
      { discountOn: () => 0, pointsAmount: 30_000 },
      SHIPPING,
    );
    expect(price).toMatchObject({ shippingAmount: 0, totalAmount: 0 });
  });
});

describe('the VAT in a price', () => {
  it('is the tenth that taxable lines and shipping include, to the nearest won', () => {
    const price = priceOrder(
      [
        { sku: sku({ listPrice: 10_000 }), quantity: 1 },
        { sku: sku({ listPrice: 7_000, taxType: 'exempt' }), quantity: 1 },
      ],
      nothingOff,
      SHIPPING,
    );
    expect(price.vatAmount).toBe(Math.round((13_000 * 10) / 110));
  });

  it('falls with the coupon and the points of taxable lines', () => {
    const price = priceOrder(
      [{ sku: sku({ listPrice: 40_000 }), quantity: 1 }],
      { discountOn: () => 4_000, pointsAmount: 3_000 },
      SHIPPING,
    );
    expect(price.vatAmount).toBe(3_000);
  });

  it('is not in what is exempt', () => {
    const line = { lineAmount: 10_000, couponShare: 1_000, pointsShare: 500 };
    const lines = [
      { ...line, taxType: 'exempt' as const },
      { ...line, taxType: 'taxable' as const },
    ];
    expect(untaxedOf(lines)).toBe(8_500);
  });
});
