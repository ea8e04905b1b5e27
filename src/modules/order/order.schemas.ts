import { Type } from 'typebox';
import { MAX_LINES, MAX_QUANTITY } from './order.rules.ts';
import {
  closedObject,
  idSchema,
  krwSchema,
  listOf,
  momentSchema,
  nullable,
} from '../../platform/http/schemas.ts';

export const orderParams = closedObject({ orderId: idSchema() });

export const AddressSchema = closedObject({
  recipient: Type.String({ minLength: 1, maxLength: 50, examples: ['김선착'] }),
  phone: Type.String({ pattern: '^[0-9-]{8,20}$', examples: ['010-1234-5678'] }),
  zoneCode: Type.String({ pattern: '^[0-9]{5}$', examples: ['04524'] }),
  roadAddress: Type.String({ minLength: 1, maxLength: 200, examples: ['서울 중구 세종대로 110'] }),
  lotAddress: Type.Optional(Type.String({ maxLength: 200, examples: ['서울 중구 태평로1가 31'] })),
  detail: Type.String({ maxLength: 200, examples: ['3층'] }),
});

const items = () =>
  Type.Array(
    closedObject({
      skuId: idSchema(),
      quantity: Type.Integer({ minimum: 1, maximum: MAX_QUANTITY, examples: [1] }),
    }),
    { minItems: 1, maxItems: MAX_LINES, description: 'What to buy; the cart when not given' },
  );

const priced = {
  items: Type.Optional(items()),
  memberCouponId: Type.Optional(idSchema('One of my coupons')),
  pointsAmount: Type.Optional(
    krwSchema({ description: 'Points to spend; at most what the items cost after the coupon' }),
  ),
};

const paymentMethod = () => Type.Enum(['wallet', 'toss', 'kakaopay'], { examples: ['wallet'] });

export const QuoteRequestSchema = closedObject({
  ...priced,
  paymentMethod: Type.Optional(paymentMethod()),
});

export const PlacementSchema = closedObject({
  ...priced,
  expectedTotalAmount: Type.Optional(
    krwSchema({ description: 'Refuse with price_changed when the total is another' }),
  ),
  paymentMethod: paymentMethod(),
  address: AddressSchema,
});

const state = () =>
  Type.Enum([
    'placed',
    'payment_due',
    'confirming',
    'paid',
    'preparing',
    'shipped',
    'delivered',
    'completed',
    'cancelled',
    'failed',
    'expired',
  ]);

const failureCode = () => nullable(Type.String({ description: 'Why it failed' }));

const saleRule = () =>
  nullable(
    Type.Object(
      {
        kind: Type.Enum(['discount', 'flash_sale']),
        percent: Type.Optional(Type.Integer({ description: 'Of a discount' })),
        flashSaleId: Type.Optional(idSchema()),
      },
      { description: 'What made the unit price; null when it is the list price' },
    ),
  );

const amounts = {
  itemsAmount: krwSchema(),
  couponAmount: krwSchema(),
  pointsAmount: krwSchema(),
  shippingAmount: krwSchema(),
  totalAmount: krwSchema({ description: 'What is paid, in KRW' }),
  vatAmount: krwSchema({ description: 'The VAT that the total includes, in KRW' }),
  taxFreeAmount: krwSchema({
    description: "The part of the total that is free of VAT; Toss' widget must be told",
  }),
};

const lineFields = {
  skuId: idSchema(),
  productId: idSchema(),
  name: Type.String(),
  options: Type.String(),
  thumbnailUrl: nullable(Type.String()),
  quantity: Type.Integer(),
  unitPrice: krwSchema(),
  saleRule: saleRule(),
  lineAmount: krwSchema(),
  couponShareAmount: krwSchema({ description: "The line's part of the coupon" }),
  pointsShareAmount: krwSchema({ description: "The line's part of the points" }),
};

export const QuoteSchema = Type.Object({
  lines: Type.Array(
    Type.Object({
      ...lineFields,
      listPrice: krwSchema(),
      taxType: Type.Enum(['taxable', 'exempt']),
    }),
  ),
  ...amounts,
});

export const OrderSchema = Type.Object({
  id: idSchema(),
  orderNumber: Type.String({ examples: ['20261120-2M3T0K2VQ7AB'] }),
  state: state(),
  failureCode: failureCode(),
  lines: Type.Array(
    Type.Object({
      ...lineFields,
      cancelledQuantity: Type.Integer(),
      returnedQuantity: Type.Integer(),
    }),
  ),
  ...amounts,
  refundedAmount: krwSchema({ description: 'Money given back so far, in KRW' }),
  refundedPointsAmount: krwSchema({ description: 'Points given back so far' }),
  memberCouponId: nullable(idSchema()),
  payment: Type.Object({
    method: Type.Enum(['wallet', 'toss', 'kakaopay']),
    state: Type.Enum(['pending', 'paid', 'partially_refunded', 'refunded', 'none']),
    amount: krwSchema(),
    dueAt: nullable(momentSchema('Until when a provider must have taken the money')),
    redirectUrl: nullable(
      Type.String({ description: 'Where the shopper approves the payment, with Kakao Pay' }),
    ),
  }),
  createdAt: momentSchema(),
  paidAt: nullable(momentSchema()),
  cancelledAt: nullable(momentSchema()),
});

export const OrderListSchema = listOf(
  Type.Object({
    id: idSchema(),
    orderNumber: Type.String(),
    state: state(),
    failureCode: failureCode(),
    totalAmount: krwSchema(),
    createdAt: momentSchema(),
  }),
);

export const CancellationSchema = closedObject({
  reason: Type.String({ minLength: 1, maxLength: 200, examples: ['단순 변심'] }),
  lines: Type.Optional(
    Type.Array(
      closedObject({
        skuId: idSchema(),
        quantity: Type.Integer({ minimum: 1, maximum: MAX_QUANTITY, examples: [1] }),
      }),
      { minItems: 1, maxItems: MAX_LINES, description: 'Units to cancel; all when not given' },
    ),
  ),
});
