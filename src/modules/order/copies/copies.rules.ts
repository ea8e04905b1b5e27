import type { Krw } from '../../../platform/money/krw.ts';

export type TaxType = 'taxable' | 'exempt';
export type Availability = 'in_stock' | 'few_left' | 'sold_out';

/** What order knows of a SKU, from its own copy. */
export type SkuFacts = {
  skuId: string;
  productId: string;
  name: string;
  options: string;
  thumbnailUrl: string | null;
  listPrice: Krw;
  discountPercent: number;
  priceDelta: Krw;
  taxType: TaxType;
  onSale: boolean;
};
