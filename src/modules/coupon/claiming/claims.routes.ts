import { Type } from 'typebox';
import { memberIdOf, membersOnly } from '../../../platform/auth/access-token.ts';
import {
  closedObject,
  idSchema,
  listOf,
  listQuery,
  MAX_INT,
  nullable,
} from '../../../platform/http/schemas.ts';
import type { Routes } from '../../../platform/http/shop-server.ts';
import { couponParams, MemberCouponSchema } from '../coupon.schemas.ts';
import { answerClaim } from './answer-claim.ts';
import type { ClaimCoupon } from './claim-coupon.ts';
import type { ClaimLimits } from './claim-limits.ts';
import type { ListMyCoupons } from './list-my-coupons.ts';
import type { ShowClaim } from './show-claim.ts';

const code = () => Type.String({ minLength: 1, maxLength: 50, examples: ['WELCOME-2026'] });

const IssuedSchema = Type.Object({
  memberCouponId: idSchema(),
  couponId: idSchema(),
  rank: Type.Integer({ description: 'The how-manieth claim it was, from 1' }),
  state: Type.Enum(['issued']),
});

const PendingSchema = Type.Object(
  { couponId: idSchema(), state: Type.Enum(['pending']) },
  { description: 'It is in the line and not stored yet; Location tells where to ask' },
);

const tags = ['coupons'];
const OUTCOMES =
  '201 means that the coupon is stored; 202 that this takes longer: ask at Location. Errors: ' +
  'coupon_sold_out, coupon_already_claimed (with memberCouponId), coupon_not_open (with opensAt), ' +
  'coupon_paused, coupon_closed, coupon_code_wrong.';

export function claimRoutes(use: {
  claimCoupon: ClaimCoupon;
  showClaim: ShowClaim;
  listMyCoupons: ListMyCoupons;
  limits: ClaimLimits;
}): Routes {
  const { limitAddress, limitMember, guess } = use.limits;
  return (scope) => {
    const onRequest = [limitAddress, membersOnly, limitMember];

    scope.post(
      '/coupons/:couponId/claims',
      {
        onRequest,
        config: { resource: '/api/v1/coupons/:couponId/claims/me' },
        schema: {
          summary: 'Claim a coupon, first come first served',
          description: OUTCOMES,
          tags,
          params: couponParams,
          body: nullable(closedObject({ code: Type.Optional(code()) })),
          response: { 201: IssuedSchema, 202: PendingSchema },
        },
      },
      async (request, reply) => {
        const given = request.body?.code;
        const memberId = memberIdOf(request);
        const claim = () => use.claimCoupon.byId(memberId, request.params.couponId, given);
        const claimed = await (given === undefined ? claim() : guess(memberId, claim));
        return answerClaim(reply, claimed, 201);
      },
    );

    scope.post(
      '/coupons/claims-by-code',
      {
        onRequest,
        config: { resource: '/api/v1/me/coupons' },
        schema: {
          summary: 'Claim the coupon that has a code',
          description: OUTCOMES,
          tags,
          body: closedObject({ code: code() }),
          response: { 201: IssuedSchema, 202: PendingSchema },
        },
      },
      async (request, reply) => {
        const memberId = memberIdOf(request);
        const claimed = await guess(memberId, () =>
          use.claimCoupon.byCode(memberId, request.body.code),
        );
        return answerClaim(reply, claimed, 201);
      },
    );

    scope.get(
      '/coupons/:couponId/claims/me',
      {
        onRequest: membersOnly,
        schema: {
          summary: 'What became of my claim',
          description:
            'Errors: coupon_claim_lost, when a claim that was pending has to be made again.',
          tags,
          params: couponParams,
          querystring: closedObject({
            epoch: Type.Optional(
              Type.Integer({
                minimum: 1,
                maximum: MAX_INT,
                description: 'As in the Location of the 202',
              }),
            ),
          }),
          response: { 200: IssuedSchema, 202: PendingSchema },
        },
      },
      async (request, reply) => {
        const { couponId } = request.params;
        const claim = await use.showClaim(memberIdOf(request), couponId, request.query.epoch);
        return answerClaim(reply, claim, 200);
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
      (request) => use.listMyCoupons(memberIdOf(request), request.query),
    );
  };
}
