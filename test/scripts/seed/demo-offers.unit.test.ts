import { describe, expect, test } from 'vitest';
import { demoBanners } from '../../../scripts/seed/demo-banners.ts';
import { demoCoupons } from '../../../scripts/seed/demo-coupons.ts';
import { bannerPictureKeys } from '../../../scripts/seed/picture-keys.ts';

describe('demonstration coupons', () => {
  test.each(demoCoupons)('$name takes off less than the order must cost', (coupon) => {
    expect(coupon.discountAmount).toBeGreaterThan(0);
    expect(coupon.discountAmount).toBeLessThan(coupon.minOrderAmount);
    expect(coupon.name).toContain(coupon.discountAmount.toLocaleString('ko-KR'));
  });

  test.each(demoCoupons)('$name can be claimed and used', ({ quantity, validDays }) => {
    expect(quantity).toBeGreaterThan(0);
    expect(validDays).toBeGreaterThan(0);
  });
});

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
