import { Type } from 'typebox';
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

export const PlacementSchema = closedObject({
  items: Type.Array(
    closedObject({
      skuId: idSchema(),
      quantity: Type.Integer({ minimum: 1, maximum: 999, examples: [1] }),
    }),
    { minItems: 1, maxItems: 100 },
  ),
  memberCouponId: Type.Optional(idSchema('One of my coupons')),
  expectedTotalAmount: Type.Optional(
    krwSchema({ description: 'Refuse with price_changed when the total is another' }),
  ),
  paymentMethod: Type.Enum(['wallet'], { examples: ['wallet'] }),
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

export const OrderSchema = Type.Object({
  id: idSchema(),
  orderNumber: Type.String({ examples: ['20261120-2M3T0K2VQ7AB'] }),
  state: state(),
  failureCode: failureCode(),
  lines: Type.Array(
    Type.Object({
      skuId: idSchema(),
      productId: idSchema(),
      name: Type.String(),
      options: Type.String(),
      thumbnailUrl: nullable(Type.String()),
      quantity: Type.Integer(),
      unitPrice: krwSchema(),
      lineAmount: krwSchema(),
      cancelledQuantity: Type.Integer(),
      returnedQuantity: Type.Integer(),
    }),
  ),
  itemsAmount: krwSchema(),
  couponAmount: krwSchema(),
  pointsAmount: krwSchema(),
  shippingAmount: krwSchema(),
  totalAmount: krwSchema({ description: 'What is paid, in KRW' }),
  memberCouponId: nullable(idSchema()),
  payment: Type.Object({
    method: Type.Enum(['wallet']),
    state: Type.Enum(['pending', 'paid', 'refunded', 'none']),
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
});
