import { adminIdOf } from '../../platform/auth/access-token.ts';
import { closedObject, idSchema } from '../../platform/http/schemas.ts';
import type { Routes } from '../../platform/http/shop-server.ts';
import type { AdjustStock } from './adjust-stock.ts';
import {
  AdminProductSchema,
  LabelSchema,
  NewLabelSchema,
  NewProductSchema,
  ProductChangesSchema,
  productParams,
  StockAdjustmentSchema,
  StockLevelsSchema,
} from './catalog.schemas.ts';
import type { ChangeProduct } from './change-product.ts';
import type { CreateProduct } from './create-product.ts';
import type { Labels } from './labels.ts';
import type { ShowProduct } from './show-product.ts';

const tags = ['admin: catalog'];
const PRODUCTS = '/api/v1/admin/products';

export function catalogAdminRoutes(use: {
  createProduct: CreateProduct;
  changeProduct: ChangeProduct;
  adjustStock: AdjustStock;
  showProduct: ShowProduct;
  labels: Labels;
}): Routes {
  return (scope) => {
    scope.post(
      '/products',
      {
        config: { permission: 'catalog.write', resource: `${PRODUCTS}/:made` },
        schema: {
          summary: 'Put a product on sale',
          tags,
          body: NewProductSchema,
          response: { 201: AdminProductSchema },
        },
      },
      async (request, reply) => {
        const id = await use.createProduct(adminIdOf(request), request.body);
        reply.header('location', `${PRODUCTS}/${id}`);
        return reply.code(201).send(await use.showProduct.toAdmins(id));
      },
    );

    scope.get(
      '/products/:productId',
      {
        config: { permission: 'catalog.read' },
        schema: {
          summary: 'A product with its stock',
          tags,
          params: productParams,
          response: { 200: AdminProductSchema },
        },
      },
      (request) => use.showProduct.toAdmins(request.params.productId),
    );

    scope.patch(
      '/products/:productId',
      {
        config: { permission: 'catalog.write', resource: `${PRODUCTS}/:productId` },
        schema: {
          summary: 'Change a product',
          tags,
          params: productParams,
          body: ProductChangesSchema,
          response: { 200: AdminProductSchema },
        },
      },
      async (request) => {
        const { productId } = request.params;
        await use.changeProduct(adminIdOf(request), productId, request.body);
        return use.showProduct.toAdmins(productId);
      },
    );

    scope.post(
      '/skus/:skuId/stock-adjustments',
      {
        config: { permission: 'catalog.write' },
        schema: {
          summary: 'Take units in or out',
          description: 'Errors: stock_too_low, stock_too_high (with maxUnits).',
          tags,
          params: closedObject({ skuId: idSchema() }),
          body: StockAdjustmentSchema,
          response: { 201: StockLevelsSchema },
        },
      },
      async (request, reply) => {
        const { skuId } = request.params;
        const level = await use.adjustStock(adminIdOf(request), { skuId, ...request.body });
        return reply.code(201).send({
          skuId,
          stock: level.open,
          heldQuantity: level.held,
          soldQuantity: level.sold,
          salePoolQuantity: level.salePool,
        });
      },
    );

    for (const kind of ['type', 'style'] as const) {
      scope.post(
        `/${kind}s`,
        {
          config: { permission: 'catalog.write', resource: `/api/v1/${kind}s` },
          schema: {
            summary: `Add a ${kind}`,
            tags,
            body: NewLabelSchema,
            response: { 201: LabelSchema },
          },
        },
        async (request, reply) => {
          const label = await use.labels.create(adminIdOf(request), kind, request.body.name);
          return reply.code(201).send(label);
        },
      );
    }
  };
}
