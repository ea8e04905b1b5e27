import { Type } from 'typebox';
import { sendWithEtag } from '../../platform/http/etag.ts';
import {
  closedObject,
  idSchema,
  krwSchema,
  listOf,
  listQuery,
} from '../../platform/http/schemas.ts';
import type { Routes } from '../../platform/http/shop-server.ts';
import { LabelSchema, ProductItemSchema, ProductSchema, productParams } from './catalog.schemas.ts';
import type { Labels } from './labels.ts';
import type { ListProducts } from './list-products.ts';
import type { ShowProduct } from './show-product.ts';

const ProductQuerySchema = closedObject({
  ...listQuery,
  type: Type.Optional(idSchema('Only products of this type')),
  style: Type.Optional(idSchema('Only products of this style')),
  minPrice: Type.Optional(krwSchema({ description: 'Sale price in KRW' })),
  maxPrice: Type.Optional(krwSchema({ description: 'Sale price in KRW' })),
  sort: Type.Enum(['newest', 'popular', 'priceAsc', 'priceDesc'], { default: 'newest' }),
});

export function catalogRoutes(use: {
  listProducts: ListProducts;
  showProduct: ShowProduct;
  labels: Labels;
}): Routes {
  return (scope) => {
    scope.get(
      '/products',
      {
        schema: {
          summary: 'Products on sale',
          tags: ['catalog'],
          querystring: ProductQuerySchema,
          response: { 200: listOf(ProductItemSchema) },
        },
      },
      async (request, reply) => {
        const { type, style, minPrice, maxPrice, sort, limit, cursor } = request.query;
        const list = await use.listProducts({
          typeId: type,
          styleId: style,
          minPrice,
          maxPrice,
          sort,
          limit,
          cursor,
        });
        return sendWithEtag(request, reply, list);
      },
    );

    scope.get(
      '/products/:productId',
      {
        schema: {
          summary: 'A product with its SKUs',
          tags: ['catalog'],
          params: productParams,
          response: { 200: ProductSchema },
        },
      },
      async (request, reply) =>
        sendWithEtag(request, reply, await use.showProduct.toShoppers(request.params.productId)),
    );

    for (const kind of ['type', 'style'] as const) {
      scope.get(
        `/${kind}s`,
        {
          schema: {
            summary: `All ${kind}s of products`,
            tags: ['catalog'],
            response: { 200: listOf(LabelSchema) },
          },
        },
        async (request, reply) =>
          sendWithEtag(request, reply, { items: await use.labels.list(kind), nextCursor: null }),
      );
    }
  };
}
