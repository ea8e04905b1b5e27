import { skuListPrice } from '../../../platform/money/krw.ts';
import type { SkuFacts } from '../copies/copies.rules.ts';
import type { AppliedCoupon } from './price-request.ts';
import type { Price } from './pricing.rules.ts';

/** A price's full breakdown, as clients see it. */
export type Quote = ReturnType<typeof quoteOf>;

export function quoteOf(price: Price, coupon: AppliedCoupon | undefined) {
  const { itemsAmount, couponAmount, pointsAmount, shippingAmount, totalAmount } = price;
  const { vatAmount, taxFreeAmount } = price;
  return {
    lines: price.lines.map(
      ({ sku, quantity, unitPrice, lineAmount, couponShare, pointsShare }) => ({
        skuId: sku.skuId,
        productId: sku.productId,
        name: sku.name,
        options: sku.options,
        thumbnailUrl: sku.thumbnailUrl,
        quantity,
        listPrice: skuListPrice(sku.listPrice, sku.priceDelta),
        unitPrice,
        saleRule: saleRuleOf(sku),
        lineAmount,
        couponShareAmount: couponShare,
        pointsShareAmount: pointsShare,
        taxType: sku.taxType,
      }),
    ),
    itemsAmount,
    couponAmount,
    pointsAmount,
    shippingAmount,
    totalAmount,
    vatAmount,
    taxFreeAmount,
    coupon: coupon
      ? {
          memberCouponId: coupon.memberCouponId,
          isUsable: coupon.refusal === null,
          reason: coupon.refusal,
          discountAmount: couponAmount,
          freedShippingAmount: coupon.freedShippingAmount,
        }
      : null,
  };
}

/** The rule that made the unit's price lower than its list price; null when none did. */
export function saleRuleOf({ discountPercent }: Pick<SkuFacts, 'discountPercent'>) {
  return discountPercent > 0 ? { kind: 'discount' as const, percent: discountPercent } : null;
}
