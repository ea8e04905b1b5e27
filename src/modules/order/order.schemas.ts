import { Type } from 'typebox';
import { FAILURE_REASONS, MAX_LINES, MAX_QUANTITY } from './order.rules.ts';
import { REFUND_STATES } from './payments/refunds.rules.ts';
import { MemberForStaffSchema } from '../../platform/http/members-for-staff.ts';
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

const failureCode = () =>
  nullable(Type.String({ description: 'Why it failed', examples: ['payment_declined'] }));

const failureReason = () =>
  nullable(
    Type.Enum([...FAILURE_REASONS], {
      description: 'Why it failed, more exactly than the code says; most codes say enough',
      examples: ['insufficient_funds'],
    }),
  );

/** As it was sent; what may be sent today is another question. */
const ShownAddressSchema = Type.Object(
  {
    recipient: Type.String({ examples: ['김선착'] }),
    phone: Type.String({ examples: ['010-1234-5678'] }),
    zoneCode: Type.String({ examples: ['04524'] }),
    roadAddress: Type.String({ examples: ['서울 중구 세종대로 110'] }),
    lotAddress: Type.Optional(Type.String({ examples: ['서울 중구 태평로1가 31'] })),
    detail: Type.String({ examples: ['3층'] }),
  },
  { description: 'Whom and where it goes to; null once that was erased' },
);

const failureSkus = () =>
  Type.Array(
    Type.Object({
      skuId: idSchema(),
      requestedQuantity: Type.Integer(),
      availableQuantity: Type.Integer({
        description: 'Units that could be had at that moment; 0 when it was not on sale',
      }),
    }),
    { description: 'What was missing when it failed as out_of_stock; else empty' },
  );

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

const itemFields = {
  skuId: idSchema(),
  productId: idSchema(),
  name: Type.String({ examples: ['새벽 무화과'] }),
  options: Type.String({ examples: ['50ml'] }),
  thumbnailUrl: nullable(Type.String({ examples: ['/pictures/01942f3c.webp'] })),
  quantity: Type.Integer({ examples: [2] }),
};

const lineFields = {
  ...itemFields,
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
  coupon: nullable(
    Type.Object(
      {
        memberCouponId: idSchema(),
        isUsable: Type.Boolean({
          description: 'False when an order with it would be refused',
          examples: [true],
        }),
        reason: nullable(
          Type.Enum(['coupon_rejected', 'coupon_without_benefit'], {
            description:
              'Why it is not usable. coupon_without_benefit: it takes nothing off, as when the ' +
              'order ships free anyway; leave it out and the order costs the same.',
            examples: ['coupon_without_benefit'],
          }),
        ),
        discountAmount: krwSchema({ description: 'What it takes off the items' }),
        freedShippingAmount: krwSchema({ description: 'The shipping fee that it takes off' }),
      },
      { description: 'What the coupon does; null without one' },
    ),
  ),
});

const RefundSchema = Type.Object({
  id: idSchema(),
  amount: krwSchema(),
  state: Type.Enum([...REFUND_STATES], {
    description: 'due: the provider is asked for it; refused: staff see to it',
  }),
  reason: Type.String(),
  createdAt: momentSchema(),
  doneAt: nullable(momentSchema()),
});

const orderFields = {
  id: idSchema(),
  orderNumber: Type.String({ examples: ['20261120-2M3T0K2VQ7AB'] }),
  state: state(),
  failureCode: failureCode(),
  failureReason: failureReason(),
  failureSkus: failureSkus(),
  lines: Type.Array(
    Type.Object({
      ...lineFields,
      cancelledQuantity: Type.Integer(),
      returnedQuantity: Type.Integer(),
    }),
  ),
  ...amounts,
  refundedAmount: krwSchema({ description: 'Money that was given back so far, in KRW' }),
  refundDueAmount: krwSchema({
    description: 'Money that is owed and not given back yet, in KRW',
  }),
  refunds: Type.Array(RefundSchema, {
    description: 'Money that goes back through a payment provider; none of orders paid by wallet',
  }),
  refundedPointsAmount: krwSchema({ description: 'Points given back so far' }),
  memberCouponId: nullable(idSchema()),
  address: nullable(ShownAddressSchema),
  payment: Type.Object({
    method: Type.Enum(['wallet', 'toss', 'kakaopay']),
    state: Type.Enum(['pending', 'paid', 'refund_due', 'partially_refunded', 'refunded', 'none']),
    amount: krwSchema(),
    dueAt: nullable(momentSchema('Until when a provider must have taken the money')),
    redirectUrl: nullable(
      Type.String({ description: 'Where the shopper approves the payment, with Kakao Pay' }),
    ),
  }),
  createdAt: momentSchema(),
  paidAt: nullable(momentSchema()),
  cancelledAt: nullable(momentSchema()),
};

export const OrderSchema = Type.Object(orderFields);

const summaryFields = {
  id: idSchema(),
  orderNumber: Type.String({ examples: ['20261120-2M3T0K2VQ7AB'] }),
  state: state(),
  failureCode: failureCode(),
  failureReason: failureReason(),
  firstLine: Type.Object(itemFields),
  lineCount: Type.Integer({ description: 'Lines in all, the first one included', examples: [3] }),
  totalAmount: krwSchema(),
  createdAt: momentSchema(),
};

export const OrderListSchema = listOf(Type.Object(summaryFields));

/** What staff see of orders: the buyer as well. */
const buyer = { buyer: MemberForStaffSchema };
export const StaffOrderSchema = Type.Object({ ...orderFields, ...buyer });
export const StaffOrderListSchema = listOf(Type.Object({ ...summaryFields, ...buyer }));

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
