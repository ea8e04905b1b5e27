import { describe, expect, test } from 'vitest';
import { demoBanners } from '../../../scripts/seed/demo-banners.ts';
import { demoCoupons, type DemoCoupon } from '../../../scripts/seed/demo-coupons.ts';
import { bannerPictureKeys } from '../../../scripts/seed/picture-keys.ts';
import { impossible } from '../../../src/platform/errors/impossible.ts';

describe('demonstration coupons', () => {
  test('are of every kind', () => {
    const kinds = new Set(demoCoupons.map(({ kind }) => kind));
    expect(kinds).toEqual(new Set(['fixed_amount', 'percentage', 'free_shipping']));
  });

  test.each(demoCoupons)(
    '$name says what it takes off, and less than the order must cost',
    (coupon) => {
      const [amount, words] = takenOff(coupon);
      expect(amount).toBeGreaterThan(0);
      expect(amount).toBeLessThan(coupon.minOrderAmount);
      expect(coupon.name).toContain(words);
    },
  );

  test.each(demoCoupons)('$name can be claimed and used', ({ quantity, validDays }) => {
    expect(quantity).toBeGreaterThan(0);
    expect(validDays).toBeGreaterThan(0);
  });
});

/** The fee that the shop takes unless it is told another one. */
const SHIPPING_AMOUNT = 3_000;

/** What a coupon takes off an order of the least amount, and how its name should say so. */
function takenOff(coupon: DemoCoupon): [amount: number, words: string] {
  switch (coupon.kind) {
    case 'fixed_amount':
      return [coupon.amount, coupon.amount.toLocaleString('ko-KR')];
    case 'percentage':
      return [(coupon.minOrderAmount * coupon.percent) / 100, `${coupon.percent}%`];
    case 'free_shipping':
      return [SHIPPING_AMOUNT, '무료'];
    default:
      return impossible(coupon);
  }
}

describe('demonstration banners', () => {
  test('use each banner picture once', () => {
    expect(demoBanners.map(({ pictureKey }) => pictureKey)).toEqual(bannerPictureKeys);
  });

  test('have a position of their own within their placement', () => {
    const positions = demoBanners.map(({ placement, position }) => `${placement} ${position}`);
    expect(new Set(positions).size).toBe(positions.length);
  });

  test.each(demoBanners)('"$title" leads to a page of the shop', ({ linkUrl }) => {
    expect(linkUrl).toMatch(/^\/[a-z-]+(?:\?[\w%=&]+)?$/u);
  });
});
