import type { Krw } from '../../../platform/money/krw.ts';

export type TaxType = 'taxable' | 'exempt';
export type Availability = 'in_stock' | 'few_left' | 'sold_out';

/** What order knows of a SKU, from its own copy. */
export type SkuFacts = {
  skuId: string;
  productId: string;
  /** Null in copies that were made before types mattered here. */
  typeId: string | null;
  name: string;
  options: string;
  thumbnailUrl: string | null;
  listPrice: Krw;
  discountPercent: number;
  priceDelta: Krw;
  taxType: TaxType;
  onSale: boolean;
};
