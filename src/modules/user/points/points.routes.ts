import { Type } from 'typebox';
import { memberIdOf, membersOnly } from '../../../platform/auth/access-token.ts';
import {
  closedObject,
  idempotencyKeyHeader,
  idSchema,
  krwSchema,
  listOf,
  listQuery,
  momentSchema,
  nullable,
} from '../../../platform/http/schemas.ts';
import type { Routes } from '../../../platform/http/shop-server.ts';
import { answerGrant, grantFields } from '../wallet/grants.routes.ts';
import type { GrantPoints } from './grant-points.ts';
import type { ListPointEntries } from './list-point-entries.ts';
import { DEFAULT_VALID_DAYS, EXPIRING_SOON_DAYS } from './points.rules.ts';
import type { ShowPoints } from './show-points.ts';

export const PointsSchema = Type.Object({
  balanceAmount: krwSchema({ description: 'What can be spent now; a point is worth 1 KRW' }),
  expiringSoonAmount: krwSchema({
    description: `The part of it that expires within ${EXPIRING_SOON_DAYS} days`,
  }),
});

const PointEntrySchema = Type.Object({
  id: idSchema(),
  kind: Type.Enum(['grant', 'payment', 'refund', 'expiry']),
  amount: Type.Integer({
    description: 'Below zero for points that were spent or expired',
    examples: [-1_200],
  }),
  orderId: nullable(idSchema('The order that was paid or refunded')),
  reason: nullable(Type.String({ description: 'Why they were granted' })),
  expiresAt: nullable(momentSchema('When granted points expire')),
  createdAt: momentSchema(),
});

const PointsGrantSchema = closedObject({
  ...grantFields,
  validDays: Type.Integer({
    minimum: 1,
    maximum: 3650,
    default: DEFAULT_VALID_DAYS,
    description: 'For how many days from now on they can be spent',
    examples: [DEFAULT_VALID_DAYS],
  }),
});

export function pointsRoutes(use: {
  showPoints: ShowPoints;
  listPointEntries: ListPointEntries;
}): Routes {
  return (scope) => {
    scope.get(
      '/me/points',
      {
        onRequest: membersOnly,
        schema: {
          summary: 'My points',
          description: 'Without what is set aside for orders that are not paid yet.',
          tags: ['me'],
          response: { 200: PointsSchema },
        },
      },
      (request) => use.showPoints(memberIdOf(request)),
    );

    scope.get(
      '/me/points/entries',
      {
        onRequest: membersOnly,
        schema: {
          summary: 'What changed my points, newest first',
          tags: ['me'],
          querystring: closedObject(listQuery),
          response: { 200: listOf(PointEntrySchema) },
        },
      },
      (request) => use.listPointEntries(memberIdOf(request), request.query),
    );
  };
}

export function pointsAdminRoutes(use: { grantPoints: GrantPoints }): Routes {
  return (scope) => {
    scope.post(
      '/members/:memberId/points-grants',
      {
        config: { permission: 'member.grant', resource: '/api/v1/admin/members/:memberId' },
        schema: {
          summary: 'Give a member points',
          description: 'Honours Idempotency-Key. Errors: balance_too_high, idempotency_key_reused.',
          tags: ['admin: members'],
          headers: idempotencyKeyHeader,
          params: closedObject({ memberId: idSchema() }),
          body: PointsGrantSchema,
          response: { 201: PointEntrySchema },
        },
      },
      (request, reply) =>
        answerGrant(request, reply, {
          route: 'grant-points',
          grant: { memberId: request.params.memberId, ...request.body },
          make: use.grantPoints,
        }),
    );
  };
}
