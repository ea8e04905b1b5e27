import { Type } from 'typebox';
import {
  closedObject,
  idSchema,
  krwSchema,
  MAX_INT,
  nullable,
} from '../../platform/http/schemas.ts';
import { MAX_UNITS } from './catalog.rules.ts';

export const productParams = closedObject({ productId: idSchema() });

export const LabelSchema = Type.Object({
  id: idSchema(),
  name: Type.String({ examples: ['향수'] }),
  position: Type.Integer(),
});

const availability = () => Type.Enum(['in_stock', 'few_left', 'sold_out']);

const itemFields = {
  id: idSchema(),
  name: Type.String({ examples: ['새벽 무화과 오 드 퍼퓸'] }),
  typeId: idSchema(),
  styleIds: Type.Array(idSchema()),
  thumbnailUrl: nullable(Type.String()),
  listPrice: krwSchema(),
  salePrice: krwSchema({ description: 'The lowest that applies now, in KRW' }),
  saleRule: nullable(
    Type.Object(
      { kind: Type.Enum(['discount']), percent: Type.Integer() },
      { description: 'What made the sale price; null when it is the list price' },
    ),
  ),
  availability: availability(),
};

const pageFields = {
  description: Type.String(),
  images: Type.Array(Type.String()),
  version: Type.Integer(),
};

export const ProductItemSchema = Type.Object(itemFields);

export const ProductSchema = Type.Object({
  ...itemFields,
  ...pageFields,
  skus: Type.Array(
    Type.Object({
      id: idSchema(),
      options: Type.String({ examples: ['50ml'] }),
      price: krwSchema(),
      availability: availability(),
    }),
  ),
});

const productState = () => Type.Enum(['on_sale', 'hidden', 'archived']);
const taxType = () => Type.Enum(['taxable', 'exempt'], { default: 'taxable' });

export const AdminProductSchema = Type.Object({
  ...itemFields,
  ...pageFields,
  discountPercent: Type.Integer(),
  taxType: taxType(),
  state: productState(),
  skus: Type.Array(
    Type.Object({
      id: idSchema(),
      options: Type.String(),
      priceDelta: Type.Integer(),
      price: krwSchema(),
      availability: availability(),
      state: Type.Enum(['on_sale', 'archived']),
      stock: Type.Integer({ description: 'Units that can still be sold outside flash sales' }),
      heldQuantity: Type.Integer(),
      soldQuantity: Type.Integer(),
      salePoolQuantity: Type.Integer(),
    }),
  ),
});

const productFields = {
  name: Type.String({ minLength: 1, maxLength: 200, examples: ['새벽 무화과 오 드 퍼퓸'] }),
  description: Type.String({ maxLength: 10_000, examples: ['새벽 공기와 무화과 잎의 향'] }),
  typeId: idSchema(),
  styleIds: Type.Array(idSchema(), { minItems: 1, maxItems: 10, uniqueItems: true }),
  listPrice: krwSchema({ minimum: 0 }),
  discountPercent: Type.Integer({ minimum: 0, maximum: 100 }),
};

export const NewProductSchema = closedObject({
  ...productFields,
  taxType: taxType(),
  images: Type.Array(Type.String({ maxLength: 500, pattern: '^(https?:/)?/' }), {
    maxItems: 20,
    default: [],
  }),
  skus: Type.Array(
    closedObject({
      options: Type.String({ minLength: 1, maxLength: 500, examples: ['50ml'] }),
      priceDelta: Type.Integer({ minimum: -1_000_000_000, maximum: 1_000_000_000 }),
      stock: Type.Integer({ minimum: 0, maximum: MAX_UNITS }),
    }),
    { minItems: 1, maxItems: 100 },
  ),
});

export const ProductChangesSchema = closedObject(
  {
    name: Type.Optional(productFields.name),
    description: Type.Optional(productFields.description),
    typeId: Type.Optional(productFields.typeId),
    styleIds: Type.Optional(productFields.styleIds),
    listPrice: Type.Optional(productFields.listPrice),
    discountPercent: Type.Optional(productFields.discountPercent),
    state: Type.Optional(productState()),
    version: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_INT,
        description: 'Change only this version, else version_conflict',
      }),
    ),
  },
  { minProperties: 1 },
);

export const NewLabelSchema = closedObject({
  name: Type.String({ minLength: 1, maxLength: 50, examples: ['향수'] }),
});

export const StockAdjustmentSchema = closedObject({
  quantity: Type.Integer({
    minimum: -1_000_000,
    maximum: 1_000_000,
    not: { const: 0 },
    description: 'Units; below zero takes them out',
  }),
  reason: Type.String({ minLength: 1, maxLength: 200, examples: ['신규 입고'] }),
});

export const StockLevelsSchema = Type.Object({
  skuId: idSchema(),
  stock: Type.Integer(),
  heldQuantity: Type.Integer(),
  soldQuantity: Type.Integer(),
  salePoolQuantity: Type.Integer(),
});
