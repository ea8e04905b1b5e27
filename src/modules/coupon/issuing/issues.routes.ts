import { Type } from 'typebox';
import { adminIdOf } from '../../../platform/auth/access-token.ts';
import { closedObject, idSchema, momentSchema, nullable } from '../../../platform/http/schemas.ts';
import type { Routes } from '../../../platform/http/shop-server.ts';
import { couponParams } from '../coupon.schemas.ts';
import type { IssueToMembers } from './issue-to-members.ts';
import type { ShowIssue } from './show-issue.ts';

const MOST_MEMBERS = 10_000;
/** Ten thousand ids, written with an indentation. */
const BODY_LIMIT_BYTES = 1024 * 1024;

const IssueSchema = Type.Object({
  id: idSchema(),
  couponId: idSchema(),
  state: Type.Enum(['running', 'done']),
  total: Type.Integer({ description: 'Members in the list' }),
  issuedCount: Type.Integer(),
  alreadyCount: Type.Integer({ description: 'Members who had it already' }),
  refusedCount: Type.Integer({ description: 'Members for whom none was left' }),
  createdAt: momentSchema(),
  finishedAt: nullable(momentSchema()),
});

const tags = ['admin: coupons'];

export function issueAdminRoutes(use: {
  issueToMembers: IssueToMembers;
  showIssue: ShowIssue;
}): Routes {
  return (scope) => {
    scope.post(
      '/coupons/:couponId/issues',
      {
        bodyLimit: BODY_LIMIT_BYTES,
        config: {
          permission: 'coupon.write',
          resource: '/api/v1/admin/coupons/:couponId/issues/:made',
        },
        schema: {
          summary: 'Give a coupon to named members',
          description:
            'Worked off in the background; Location tells how far it is. Takes units and ranks as ' +
            'claims do, whether or not the coupon can be claimed at the moment.',
          tags,
          params: couponParams,
          body: closedObject({
            memberIds: Type.Array(idSchema(), { minItems: 1, maxItems: MOST_MEMBERS }),
          }),
          response: { 202: IssueSchema },
        },
      },
      async (request, reply) => {
        const { couponId } = request.params;
        const { memberIds } = request.body;
        const id = await use.issueToMembers(adminIdOf(request), couponId, memberIds);
        reply.header('location', `/api/v1/admin/coupons/${couponId}/issues/${id}`);
        return reply.code(202).send(await use.showIssue(couponId, id));
      },
    );

    scope.get(
      '/coupons/:couponId/issues/:issueId',
      {
        config: { permission: 'coupon.read' },
        schema: {
          summary: 'How far the issue to named members is',
          tags,
          params: closedObject({ couponId: idSchema(), issueId: idSchema() }),
          response: { 200: IssueSchema },
        },
      },
      (request) => use.showIssue(request.params.couponId, request.params.issueId),
    );
  };
}
