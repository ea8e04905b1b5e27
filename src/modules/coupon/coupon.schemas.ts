import { Type } from 'typebox';
import {
  closedObject,
  idSchema,
  krwSchema,
  momentSchema,
  nullable,
} from '../../platform/http/schemas.ts';

export const couponParams = closedObject({ couponId: idSchema() });

const KINDS = ['fixed_amount', 'percentage', 'free_shipping'] as const;
const SCOPES = ['all', 'types', 'products'] as const;

const name = () =>
  Type.String({ minLength: 1, maxLength: 100, examples: ['첫 구매 3,000원 할인'] });
const quantity = () => Type.Integer({ minimum: 1, maximum: 10_000_000, examples: [100] });
const closesAt = () => momentSchema('Until when it can be claimed');

export const NewCouponSchema = closedObject(
  {
    name: name(),
    kind: Type.Enum([...KINDS], { examples: ['fixed_amount'] }),
    amount: Type.Optional(
      krwSchema({ minimum: 1, description: 'What a fixed_amount takes off, in KRW' }),
    ),
    percent: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100, description: 'What a percentage takes off' }),
    ),
    maxDiscountAmount: Type.Optional(
      krwSchema({ minimum: 1, description: 'A percentage takes off no more than this, in KRW' }),
    ),
    minOrderAmount: krwSchema({
      description: 'The items that it covers must cost at least this much, in KRW',
    }),
    scope: Type.Optional(
      closedObject(
        {
          kind: Type.Enum([...SCOPES], { examples: ['all'] }),
          ids: Type.Optional(Type.Array(idSchema(), { maxItems: 500, uniqueItems: true })),
        },
        { description: 'The types or products that it covers; everything when not given' },
      ),
    ),
    quantity: quantity(),
    opensAt: momentSchema('From when it can be claimed'),
    closesAt: closesAt(),
    validDays: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 3650,
        examples: [30],
        description: 'Days from the issue during which it can be used',
      }),
    ),
    validUntil: Type.Optional(momentSchema('Until when it can be used, in place of validDays')),
    code: Type.Optional(
      Type.String({
        pattern: '^[0-9A-Za-z가-힣_-]{4,50}$',
        examples: ['WELCOME-2026'],
        description: 'Claims need it; capital and small letters are the same',
      }),
    ),
  },
  { description: 'One per member' },
);

export const CouponChangesSchema = closedObject(
  {
    name: Type.Optional(name()),
    quantity: Type.Optional(quantity()),
    closesAt: Type.Optional(closesAt()),
  },
  { minProperties: 1, description: 'What is left out stays as it is; the quantity only grows' },
);

/** What a coupon does; null for what its kind does not have. */
const benefitFields = {
  name: Type.String(),
  kind: Type.Enum([...KINDS]),
  amount: nullable(krwSchema()),
  percent: nullable(Type.Integer()),
  maxDiscountAmount: nullable(krwSchema()),
  minOrderAmount: krwSchema(),
  scope: Type.Object({ kind: Type.Enum([...SCOPES]), ids: Type.Array(idSchema()) }),
};

const couponFields = {
  id: idSchema(),
  ...benefitFields,
  quantity: Type.Integer(),
  opensAt: momentSchema(),
  closesAt: momentSchema(),
  validDays: nullable(Type.Integer()),
  validUntil: nullable(momentSchema()),
  needsCode: Type.Boolean({ description: 'Only who knows its code can claim it' }),
};

export const OpenCouponSchema = Type.Object({
  ...couponFields,
  remainingQuantity: Type.Integer({ description: 'What is left at this moment' }),
});

export const AdminCouponSchema = Type.Object({
  ...couponFields,
  state: Type.Enum(['open', 'paused', 'closed'], {
    description: 'Whether it may be claimed; its window comes on top',
  }),
  code: nullable(Type.String()),
  version: Type.Integer({ description: 'Counts its changes, from 1' }),
  createdAt: momentSchema(),
  issuedCount: Type.Integer(),
  heldCount: Type.Integer({ description: 'Set aside for orders' }),
  usedCount: Type.Integer(),
  expiredCount: Type.Integer(),
});

export const MemberCouponSchema = Type.Object({
  id: idSchema(),
  couponId: idSchema(),
  ...benefitFields,
  state: Type.Enum(['issued', 'held', 'used', 'expired']),
  expiresAt: momentSchema(),
});
