import { Type } from 'typebox';
import { adminIdOf, memberIdOf, membersOnly } from '../../platform/auth/access-token.ts';
import type { Routes } from '../../platform/http/shop-server.ts';
import {
  closedObject,
  idSchema,
  krwSchema,
  listOf,
  listQuery,
  momentSchema,
} from '../../platform/http/schemas.ts';
import type { ClaimCoupon } from './claim-coupon.ts';
import type { CreateCoupon } from './create-coupon.ts';
import type { ListCoupons } from './list-coupons.ts';
import type { ShowCoupon } from './show-coupon.ts';

const kind = () => Type.Enum(['fixed_amount'], { examples: ['fixed_amount'] });

const NewCouponSchema = closedObject(
  {
    name: Type.String({ minLength: 1, maxLength: 100, examples: ['첫 구매 3,000원 할인'] }),
    kind: kind(),
    amount: krwSchema({ minimum: 1, description: 'What it takes off, in KRW' }),
    minOrderAmount: krwSchema({ description: 'Items must cost at least this much, in KRW' }),
    quantity: Type.Integer({ minimum: 1, maximum: 10_000_000, examples: [100] }),
    opensAt: momentSchema('From when it can be claimed'),
    closesAt: momentSchema('Until when it can be claimed'),
    validDays: Type.Integer({ minimum: 1, maximum: 3650, examples: [30] }),
  },
  { description: 'One per member' },
);

const couponFields = {
  id: idSchema(),
  name: Type.String(),
  kind: kind(),
  amount: krwSchema(),
  minOrderAmount: krwSchema(),
  quantity: Type.Integer(),
  opensAt: momentSchema(),
  closesAt: momentSchema(),
  validDays: Type.Integer(),
};

const OpenCouponSchema = Type.Object({
  ...couponFields,
  remainingQuantity: Type.Integer({ description: 'What is left at this moment' }),
});

const AdminCouponSchema = Type.Object({
  ...couponFields,
  issuedCount: Type.Integer(),
  heldCount: Type.Integer(),
  usedCount: Type.Integer(),
  expiredCount: Type.Integer(),
});

const ClaimSchema = Type.Object({
  memberCouponId: idSchema(),
  couponId: idSchema(),
  rank: Type.Integer({ description: 'The how-manieth claim it was, from 1' }),
  state: Type.Enum(['issued']),
});

const MemberCouponSchema = Type.Object({
  id: idSchema(),
  couponId: idSchema(),
  name: Type.String(),
  kind: kind(),
  amount: krwSchema(),
  minOrderAmount: krwSchema(),
  state: Type.Enum(['issued', 'held', 'used', 'expired']),
  expiresAt: momentSchema(),
});

const couponParams = closedObject({ couponId: idSchema() });

export function couponRoutes(use: { claimCoupon: ClaimCoupon; listCoupons: ListCoupons }): Routes {
  return (scope) => {
    scope.get(
      '/coupons',
      {
        schema: {
          summary: 'Coupons that can be claimed now',
          tags: ['coupons'],
          querystring: closedObject(listQuery),
          response: { 200: listOf(OpenCouponSchema) },
        },
      },
      (request) => use.listCoupons.open(request.query),
    );

    scope.post(
      '/coupons/:couponId/claims',
      {
        onRequest: membersOnly,
        schema: {
          summary: 'Claim a coupon, first come first served',
          description:
            '201 means that the coupon is stored. Errors: coupon_sold_out, ' +
            'coupon_already_claimed, coupon_not_open (with opensAt), coupon_closed.',
          tags: ['coupons'],
          params: couponParams,
          response: { 201: ClaimSchema },
        },
      },
      async (request, reply) => {
        const claimed = await use.claimCoupon(memberIdOf(request), request.params.couponId);
        return reply.code(201).send({ ...claimed, state: 'issued' });
      },
    );

    scope.get(
      '/me/coupons',
      {
        onRequest: membersOnly,
        schema: {
          summary: 'My coupons, newest first',
          tags: ['me'],
          querystring: closedObject(listQuery),
          response: { 200: listOf(MemberCouponSchema) },
        },
      },
      (request) => use.listCoupons.ofMember(memberIdOf(request), request.query),
    );
  };
}

export function couponAdminRoutes(use: {
  createCoupon: CreateCoupon;
  showCoupon: ShowCoupon;
}): Routes {
  return (scope) => {
    scope.post(
      '/coupons',
      {
        config: { permission: 'coupon.write' },
        schema: {
          summary: 'Create a coupon',
          tags: ['admin: coupons'],
          body: NewCouponSchema,
          response: { 201: AdminCouponSchema },
        },
      },
      async (request, reply) => {
        const { amount, opensAt, closesAt, ...rest } = request.body;
        const id = await use.createCoupon(adminIdOf(request), {
          ...rest,
          discountAmount: amount,
          opensAt: new Date(opensAt),
          closesAt: new Date(closesAt),
        });
        return reply.code(201).send(await use.showCoupon(id));
      },
    );

    scope.get(
      '/coupons/:couponId',
      {
        config: { permission: 'coupon.read' },
        schema: {
          summary: 'A coupon with its live counters',
          tags: ['admin: coupons'],
          params: couponParams,
          response: { 200: AdminCouponSchema },
        },
      },
      (request) => use.showCoupon(request.params.couponId),
    );
  };
}
