import { adminIdOf } from '../../../platform/auth/access-token.ts';
import { closedObject, listOf, listQuery } from '../../../platform/http/schemas.ts';
import type { Routes } from '../../../platform/http/shop-server.ts';
import {
  AdminCouponSchema,
  CouponChangesSchema,
  couponParams,
  NewCouponSchema,
  OpenCouponSchema,
} from '../coupon.schemas.ts';
import type { ChangeCoupon } from './change-coupon.ts';
import type { CreateCoupon } from './create-coupon.ts';
import type { ListCoupons } from './list-coupons.ts';
import type { ShowCoupon } from './show-coupon.ts';
import type { SwitchCoupon } from './switch-coupon.ts';

const adminTags = ['admin: coupons'];
const COUPONS = '/api/v1/admin/coupons';

const SWITCHES = [
  { how: 'pause', summary: 'Let nobody claim a coupon for now' },
  { how: 'resume', summary: 'Let members claim a paused coupon again' },
  { how: 'close', summary: "End a coupon's claims for good" },
] as const;

export function couponRoutes(use: { listCoupons: ListCoupons }): Routes {
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
  };
}

export function couponAdminRoutes(use: {
  createCoupon: CreateCoupon;
  changeCoupon: ChangeCoupon;
  switchCoupon: SwitchCoupon;
  showCoupon: ShowCoupon;
  listCoupons: ListCoupons;
}): Routes {
  return (scope) => {
    scope.post(
      '/coupons',
      {
        config: { permission: 'coupon.write', resource: `${COUPONS}/:made` },
        schema: {
          summary: 'Create a coupon',
          description: 'Errors: coupon_code_taken.',
          tags: adminTags,
          body: NewCouponSchema,
          response: { 201: AdminCouponSchema },
        },
      },
      async (request, reply) => {
        const { opensAt, closesAt, validUntil, ...rest } = request.body;
        const id = await use.createCoupon(adminIdOf(request), {
          ...rest,
          opensAt: new Date(opensAt),
          closesAt: new Date(closesAt),
          validUntil: toMoment(validUntil),
        });
        reply.header('location', `${COUPONS}/${id}`);
        return reply.code(201).send(await use.showCoupon(id));
      },
    );

    scope.get(
      '/coupons',
      {
        config: { permission: 'coupon.read' },
        schema: {
          summary: 'All coupons, newest first',
          tags: adminTags,
          querystring: closedObject(listQuery),
          response: { 200: listOf(AdminCouponSchema) },
        },
      },
      (request) => use.listCoupons.all(request.query),
    );

    scope.get(
      '/coupons/:couponId',
      {
        config: { permission: 'coupon.read' },
        schema: {
          summary: 'A coupon with its live counters',
          tags: adminTags,
          params: couponParams,
          response: { 200: AdminCouponSchema },
        },
      },
      (request) => use.showCoupon(request.params.couponId),
    );

    scope.patch(
      '/coupons/:couponId',
      {
        config: { permission: 'coupon.write', resource: `${COUPONS}/:couponId` },
        schema: {
          summary: 'Change a coupon: its name, its end, and more of it',
          description: 'Claims go by it at once.',
          tags: adminTags,
          params: couponParams,
          body: CouponChangesSchema,
          response: { 200: AdminCouponSchema },
        },
      },
      async (request) => {
        const { couponId } = request.params;
        const { closesAt, ...rest } = request.body;
        const changes = { ...rest, closesAt: toMoment(closesAt) };
        await use.changeCoupon(adminIdOf(request), couponId, changes);
        return use.showCoupon(couponId);
      },
    );

    for (const { how, summary } of SWITCHES) {
      scope.post(
        `/coupons/:couponId/${how}`,
        {
          config: { permission: 'coupon.write', resource: `${COUPONS}/:couponId` },
          schema: {
            summary,
            description: 'At once; twice is the same as once. Errors: coupon_closed.',
            tags: adminTags,
            params: couponParams,
            response: { 200: AdminCouponSchema },
          },
        },
        async (request) => {
          const { couponId } = request.params;
          await use.switchCoupon(adminIdOf(request), couponId, how);
          return use.showCoupon(couponId);
        },
      );
    }
  };
}

function toMoment(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}
