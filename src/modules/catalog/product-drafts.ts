import { newId, type Id } from '../../platform/ids/id.ts';
import { discounted } from '../../platform/money/krw.ts';
import type { TaxType } from './catalog.rules.ts';
import { productChanged } from './catalog.events.ts';
import type { FullProduct } from './product.store.ts';

/** A product that is not in the catalog yet. */
export type ProductDraft = {
  name: string;
  description: string;
  typeId: Id;
  styleIds: readonly Id[];
  listPrice: number;
  discountPercent: number;
  taxType: TaxType;
  images: readonly string[];
  skus: readonly { options: string; priceDelta: number; stock: number }[];
};

/** The draft with ids and everything else that its rows hold, as a product of version 1. */
export function productFromDraft(draft: ProductDraft, createdAt: Date): FullProduct {
  const productId = newId();
  return {
    product: {
      id: productId,
      typeId: draft.typeId,
      name: draft.name,
      description: draft.description,
      listPrice: draft.listPrice,
      discountPercent: draft.discountPercent,
      salePrice: discounted(draft.listPrice, draft.discountPercent),
      taxType: draft.taxType,
      state: 'on_sale',
      thumbnailUrl: draft.images[0] ?? null,
      images: JSON.stringify(draft.images),
      soldUnits: 0,
      sellerId: null,
      feeBasisPoints: 0,
      version: 1,
      createdAt,
    },
    styleIds: [...draft.styleIds],
    skus: draft.skus.map((sku, position) => {
      const skuId = newId();
      return {
        id: skuId,
        productId,
        options: sku.options,
        priceDelta: sku.priceDelta,
        state: 'on_sale',
        position,
        stock: { skuId, open: sku.stock, held: 0, sold: 0, salePool: 0, availabilityVersion: 0 },
      };
    }),
  };
}

/** The event that tells a product as it is. */
export function changedEvent({ product, skus }: FullProduct) {
  return productChanged.of(product.id, product.version, {
    productId: product.id,
    typeId: product.typeId,
    name: product.name,
    thumbnailUrl: product.thumbnailUrl,
    listPrice: product.listPrice,
    discountPercent: product.discountPercent,
    taxType: product.taxType,
    state: product.state,
    skus: skus.map((sku) => ({
      skuId: sku.id,
      options: sku.options,
      priceDelta: sku.priceDelta,
      state: sku.state,
    })),
  });
}
