import { describe, expect, it } from 'vitest';
import type { SkuFacts } from '../../../src/modules/order/copies/copies.rules.ts';
import {
  priceLines,
  priceOrder,
  taxPartsOf,
  type Benefit,
  type Deductions,
} from '../../../src/modules/order/placing/pricing.rules.ts';

const sku = (changes: Partial<SkuFacts> = {}): SkuFacts => ({
  skuId: 'sku',
  productId: 'product',
  typeId: null,
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
const nothingOff: Deductions = { benefit: undefined, pointsAmount: 0 };

/** A coupon that takes so much off the lines that it covers, of `lines` lines all when not given. */
const takingOff = (
  discountAmount: number,
  { lines = 1, covered = Array.from({ length: lines }, () => true), pointsAmount = 0 } = {},
): Deductions => ({ benefit: { discountAmount, freesShipping: false, covered }, pointsAmount });

type Wanted = Parameters<typeof priceLines>[0];
const price = (wanted: Wanted, deductions: Deductions) =>
  priceOrder(priceLines(wanted), deductions, SHIPPING);
const shippingFor = (quantity: number, discount: number) =>
  price([{ sku: sku(), quantity }], takingOff(discount)).shippingAmount;

describe('the price of an order', () => {
  it('is each line’s price after its discount, rounded down, plus the SKU’s difference', () => {
    const priced = price(
      [
        { sku: sku({ listPrice: 9_999, discountPercent: 33, priceDelta: -200 }), quantity: 3 },
        { sku: sku({ priceDelta: 500 }), quantity: 1 },
      ],
      nothingOff,
    );
    expect(priced.lines.map((line) => [line.unitPrice, line.lineAmount])).toEqual([
      [6_499, 19_497],
      [10_500, 10_500],
    ]);
    expect(priced).toMatchObject({
      itemsAmount: 29_997,
      couponAmount: 0,
      pointsAmount: 0,
      shippingAmount: 3_000,
      totalAmount: 32_997,
    });
  });

  it('is the price of a sale of its own, where there is one', () => {
    const wanted = [
      { sku: sku({ discountPercent: 10, priceDelta: 500 }), quantity: 2, unitPrice: 7 },
    ];
    expect(price(wanted, nothingOff)).toMatchObject({ itemsAmount: 14, totalAmount: 3_014 });
  });

  it('has free shipping from the amount on, after the coupon', () => {
    expect(shippingFor(3, 0)).toBe(0);
    expect(shippingFor(3, 1)).toBe(3_000);
    expect(shippingFor(4, 10_000)).toBe(0);
    expect(shippingFor(4, 10_001)).toBe(3_000);
  });

  it('has free shipping by a coupon that says so', () => {
    const benefit: Benefit = { discountAmount: 0, freesShipping: true, covered: [true] };
    const priced = price([{ sku: sku(), quantity: 1 }], { benefit, pointsAmount: 0 });
    expect(priced).toMatchObject({ couponAmount: 0, shippingAmount: 0, totalAmount: 10_000 });
  });

  it('says what fee a coupon frees it of: none, where there is none', () => {
    const frees = (covered: Benefit, quantity: number, shipping = SHIPPING) =>
      priceOrder(
        priceLines([{ sku: sku(), quantity }]),
        { benefit: covered, pointsAmount: 0 },
        shipping,
      ).freedShippingAmount;
    const benefit: Benefit = { discountAmount: 0, freesShipping: true, covered: [true] };
    expect(frees(benefit, 2)).toBe(3_000);
    expect(frees(benefit, 3)).toBe(0);
    expect(frees({ ...benefit, discountAmount: 1 }, 3)).toBe(3_000);
    expect(frees(benefit, 2, { ...SHIPPING, shippingAmount: 0 })).toBe(0);
    expect(frees({ ...benefit, freesShipping: false }, 2)).toBe(0);
  });

  it('splits the coupon over the lines in proportion, to the last won', () => {
    const priced = price(
      [
        { sku: sku({ listPrice: 10_000 }), quantity: 1 },
        { sku: sku({ listPrice: 20_000 }), quantity: 1 },
        { sku: sku({ listPrice: 30_000 }), quantity: 1 },
      ],
      takingOff(1_000, { lines: 3 }),
    );
    expect(priced.lines.map((line) => line.couponShare)).toEqual([166, 333, 501]);
  });

  it('takes the coupon off the lines alone that it covers', () => {
    const priced = price(
      [
        { sku: sku({ listPrice: 10_000 }), quantity: 1 },
        { sku: sku({ listPrice: 20_000 }), quantity: 1 },
        { sku: sku({ listPrice: 30_000 }), quantity: 1 },
      ],
      takingOff(4_000, { covered: [true, false, true] }),
    );
    expect(priced.lines.map((line) => line.couponShare)).toEqual([1_000, 0, 3_000]);
  });

  it('of a gift is its shipping', () => {
    const priced = price([{ sku: sku({ discountPercent: 100 }), quantity: 2 }], nothingOff);
    expect(priced).toMatchObject({ itemsAmount: 0, totalAmount: 3_000 });
    expect(priced.lines[0]?.couponShare).toBe(0);
  });
});

describe('points', () => {
  it('pay for items after the coupon, each line its part, and not for shipping', () => {
    const priced = price(
      [
        { sku: sku({ listPrice: 10_000 }), quantity: 1 },
        { sku: sku({ listPrice: 5_000 }), quantity: 1 },
      ],
      takingOff(3_000, { lines: 2, pointsAmount: 1_000 }),
    );
    expect(priced.lines.map((line) => [line.couponShare, line.pointsShare])).toEqual([
      [2_000, 666],
      [1_000, 334],
    ]);
    expect(priced).toMatchObject({ shippingAmount: 3_000, totalAmount: 14_000 });
  });

  it('do not bring the shipping fee back', () => {
    const priced = price([{ sku: sku(), quantity: 3 }], takingOff(0, { pointsAmount: 30_000 }));
    expect(priced).toMatchObject({ shippingAmount: 0, totalAmount: 0 });
  });
});

describe('the VAT in a price', () => {
  it('is the tenth that taxable lines and shipping include, to the nearest won', () => {
    const priced = price(
      [
        { sku: sku({ listPrice: 10_000 }), quantity: 1 },
        { sku: sku({ listPrice: 7_000, taxType: 'exempt' }), quantity: 1 },
      ],
      nothingOff,
    );
    expect(priced.vatAmount).toBe(Math.round((13_000 * 10) / 110));
  });

  it('falls with the coupon and the points of taxable lines', () => {
    const wanted = [{ sku: sku({ listPrice: 40_000 }), quantity: 1 }];
    const priced = price(wanted, takingOff(4_000, { pointsAmount: 3_000 }));
    expect(priced.vatAmount).toBe(3_000);
  });

  it('is not in what is exempt', () => {
    const line = { lineAmount: 10_000, couponShare: 1_000, pointsShare: 500 };
    const lines = [
      { ...line, taxType: 'exempt' as const },
      { ...line, taxType: 'taxable' as const },
    ];
    expect(taxPartsOf(lines, 2_500)).toEqual({ taxFreeAmount: 8_500, vatAmount: 1_000 });
  });
});
