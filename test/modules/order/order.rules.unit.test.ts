import { describe, expect, it } from 'vitest';
import {
  decide,
  mayCancel,
  priceOrder,
  type Answer,
  type FailureCode,
  type OrderState,
  type SkuFacts,
} from '../../../src/modules/order/order.rules.ts';

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
const noDiscount = () => 0;
const shippingFor = (quantity: number, discount: number) =>
  priceOrder([{ sku: sku(), quantity }], () => discount, SHIPPING).shippingAmount;
const decideOn = (stock: Answer, funds: Answer, coupon: Answer) => decide({ stock, funds, coupon });

describe('the price of an order', () => {
  it('is each line’s price after its discount, rounded down, plus the SKU’s difference', () => {
    const price = priceOrder(
      [
        { sku: sku({ listPrice: 9_999, discountPercent: 33, priceDelta: -200 }), quantity: 3 },
        { sku: sku({ priceDelta: 500 }), quantity: 1 },
      ],
      noDiscount,
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
      (itemsAmount) => {
        asked.push(itemsAmount);
        return 0;
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
      () => 1_000,
      SHIPPING,
    );
    expect(price.lines.map((line) => line.couponShare)).toEqual([166, 333, 501]);
  });

  it('of a gift is its shipping', () => {
    const price = priceOrder(
      [{ sku: sku({ discountPercent: 100 }), quantity: 2 }],
      noDiscount,
      SHIPPING,
    );
    expect(price).toMatchObject({ itemsAmount: 0, totalAmount: 3_000 });
    expect(price.lines[0]?.couponShare).toBe(0);
  });
});

describe('the answers of the participants', () => {
  const ANSWERS: readonly Answer[] = ['not_needed', 'awaited', 'held'];

  it('decide nothing while one is awaited, refusals or not', () => {
    for (const other of [...ANSWERS, 'out_of_stock', 'payment_declined'] as const) {
      expect(decideOn('awaited', other, other)).toEqual({ state: 'placed' });
      expect(decideOn(other, 'awaited', other)).toEqual({ state: 'placed' });
      expect(decideOn(other, other, 'awaited')).toEqual({ state: 'placed' });
    }
  });

  it('pay the order when all that is needed is held', () => {
    expect(decideOn('held', 'held', 'held')).toEqual({ state: 'paid' });
    expect(decideOn('held', 'held', 'not_needed')).toEqual({ state: 'paid' });
  });

  it.each([
    ['out_of_stock', 'payment_declined', 'coupon_rejected', 'out_of_stock'],
    ['price_changed', 'payment_declined', 'coupon_rejected', 'price_changed'],
    ['held', 'payment_declined', 'coupon_rejected', 'coupon_rejected'],
    ['held', 'points_insufficient', 'held', 'points_insufficient'],
    ['held', 'payment_declined', 'not_needed', 'payment_declined'],
  ] as const)('%s, %s, %s fail it with %s', (stock, funds, coupon, failureCode: FailureCode) => {
    expect(decideOn(stock, funds, coupon)).toEqual({ state: 'failed', failureCode });
  });
});

describe('cancelling', () => {
  it('is possible until the parcel is handed over, and while no payment is confirmed', () => {
    const states: readonly OrderState[] = [
      'placed',
      'payment_due',
      'confirming',
      'paid',
      'preparing',
      'shipped',
      'delivered',
      'completed',
      'cancelled',
      'failed',
      'expired',
    ];
    expect(states.filter(mayCancel)).toEqual(['placed', 'payment_due', 'paid', 'preparing']);
  });
});
