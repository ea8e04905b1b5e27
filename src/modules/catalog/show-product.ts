import type { Database } from '../../platform/database/database.ts';
import { notFound } from '../../platform/errors/problem.ts';
import type { Id } from '../../platform/ids/id.ts';
import { skuPrice } from '../../platform/money/krw.ts';
import { availabilityOf } from './catalog.rules.ts';
import { findProduct, type FullProduct, type ProductRow } from './product.store.ts';

export type ShowProduct = ReturnType<typeof createShowProduct>;

/** A product as shoppers and as admins see it. Both throw `not_found`. */
export function createShowProduct({ database }: { database: Database }) {
  return {
    toShoppers: async (id: Id) => {
      const full = await findProduct(database, id);
      if (!full || full.product.state !== 'on_sale') throw notFound('There is no such product');
      return shopperView(full);
    },
    toAdmins: async (id: Id) => {
      const full = await findProduct(database, id);
      if (!full) throw notFound('There is no such product');
      return adminView(full);
    },
  };
}

/** What every list and page shows of a product. */
export function itemView(product: ProductRow, styleIds: readonly Id[], openUnits: number) {
  return {
    id: product.id,
    name: product.name,
    typeId: product.typeId,
    styleIds: [...styleIds],
    thumbnailUrl: product.thumbnailUrl,
    listPrice: product.listPrice,
    salePrice: product.salePrice,
    saleRule:
      product.discountPercent > 0
        ? { kind: 'discount' as const, percent: product.discountPercent }
        : null,
    availability: availabilityOf(openUnits),
  };
}

function shopperView({ product, styleIds, skus }: FullProduct) {
  const onSale = skus.filter((sku) => sku.state === 'on_sale');
  const openUnits = onSale.reduce((sum, sku) => sum + sku.stock.open, 0);
  return {
    ...itemView(product, styleIds, openUnits),
    ...pageFields(product),
    skus: onSale.map((sku) => ({
      id: sku.id,
      options: sku.options,
      price: skuPrice(product.listPrice, product.discountPercent, sku.priceDelta),
      availability: availabilityOf(sku.stock.open),
    })),
  };
}

function adminView({ product, styleIds, skus }: FullProduct) {
  const openUnits = skus.reduce((sum, sku) => sum + sku.stock.open, 0);
  return {
    ...itemView(product, styleIds, openUnits),
    ...pageFields(product),
    discountPercent: product.discountPercent,
    taxType: product.taxType,
    state: product.state,
    skus: skus.map((sku) => ({
      id: sku.id,
      options: sku.options,
      priceDelta: sku.priceDelta,
      price: skuPrice(product.listPrice, product.discountPercent, sku.priceDelta),
      availability: availabilityOf(sku.stock.open),
      state: sku.state,
      stock: sku.stock.open,
      heldQuantity: sku.stock.held,
      soldQuantity: sku.stock.sold,
      salePoolQuantity: sku.stock.salePool,
    })),
  };
}

function pageFields(product: ProductRow) {
  return {
    description: product.description,
    images: JSON.parse(product.images) as string[],
    version: product.version,
  };
}
