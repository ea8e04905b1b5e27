import type { SkuFacts } from '../copies/copies.rules.ts';
import type { Price } from './pricing.rules.ts';

/** A price's full breakdown, as clients see it. */
export type Quote = ReturnType<typeof quoteOf>;

export function quoteOf(price: Price) {
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
        listPrice: sku.listPrice + sku.priceDelta,
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
  };
}

/** The rule that made the unit's price lower than its list price; null when none did. */
export function saleRuleOf({ discountPercent }: Pick<SkuFacts, 'discountPercent'>) {
  return discountPercent > 0 ? { kind: 'discount' as const, percent: discountPercent } : null;
}
