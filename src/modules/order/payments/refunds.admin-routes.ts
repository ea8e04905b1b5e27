import { Type } from 'typebox';
import { adminIdOf } from '../../../platform/auth/access-token.ts';
import {
  closedObject,
  idSchema,
  krwSchema,
  listOf,
  listQuery,
  momentSchema,
  nullable,
} from '../../../platform/http/schemas.ts';
import type { Routes } from '../../../platform/http/shop-server.ts';
import { REFUND_MEANS, REFUND_STATES } from './refunds.rules.ts';
import type { ResolveRefund } from './resolve-refund.ts';
import type { ShowRefunds } from './show-refunds.ts';

const tags = ['admin: orders'];

const RefundTaskSchema = Type.Object({
  id: idSchema(),
  orderId: idSchema(),
  provider: Type.Enum(['toss', 'kakaopay']),
  amount: krwSchema(),
  state: Type.Enum([...REFUND_STATES]),
  means: Type.Enum([...REFUND_MEANS], {
    description:
      'Who gives it back: the provider, asked by the shop; the provider without the shop ' +
      '(console); or staff in another way',
  }),
  reason: Type.String(),
  refusalCode: nullable(Type.String({ description: "Why it was refused, in the provider's code" })),
  awaitsStaff: Type.Boolean({ description: 'A task that nobody has seen to' }),
  note: nullable(Type.String({ description: "Staff's own" })),
  asks: Type.Integer({ description: 'How often the provider was asked' }),
  nextAskAt: nullable(momentSchema('When the provider is asked again')),
  createdAt: momentSchema(),
  doneAt: nullable(momentSchema()),
});

const refundParams = closedObject({ refundId: idSchema() });
const note = () => Type.String({ minLength: 1, maxLength: 500, examples: ['계좌 이체로 환불'] });

/** What staff see and do of money that goes back through providers. */
export function refundAdminRoutes(use: {
  showRefunds: ShowRefunds;
  resolveRefund: ResolveRefund;
}): Routes {
  const { showRefunds, resolveRefund } = use;

  return (scope) => {
    scope.get(
      '/refunds',
      {
        config: { permission: 'order.read' },
        schema: {
          summary: 'Refunds through providers, newest first',
          description:
            'Those that are due, those that a provider refused for good, and money that a provider ' +
            'gave back without the shop. What awaitsStaff is a task.',
          tags,
          querystring: closedObject({
            ...listQuery,
            state: Type.Optional(Type.Enum([...REFUND_STATES])),
            awaitsStaff: Type.Optional(Type.Enum(['true', 'false'])),
          }),
          response: { 200: listOf(RefundTaskSchema) },
        },
      },
      ({ query: { state, awaitsStaff, ...request } }) =>
        showRefunds.list(request, {
          state,
          awaitsStaff: awaitsStaff === undefined ? undefined : awaitsStaff === 'true',
        }),
    );

    scope.post(
      '/refunds/:refundId/ask-again',
      {
        config: { permission: 'order.write', resource: '/api/v1/admin/refunds' },
        schema: {
          summary: 'Ask the provider again for a refund that it refused',
          description: 'It is due again, and asked for at once. Errors: refund_not_refused.',
          tags,
          params: refundParams,
          response: { 200: RefundTaskSchema },
        },
      },
      async (request) => {
        const { refundId } = request.params;
        await resolveRefund.askAgain(adminIdOf(request), refundId);
        return showRefunds.one(refundId);
      },
    );

    scope.post(
      '/refunds/:refundId/given-back',
      {
        config: { permission: 'order.write', resource: '/api/v1/admin/refunds' },
        schema: {
          summary: 'Note that a refused refund was given back in another way',
          description: 'The provider is not asked for it any more. Errors: refund_not_refused.',
          tags,
          params: refundParams,
          body: closedObject({ note: note() }),
          response: { 200: RefundTaskSchema },
        },
      },
      async (request) => {
        const { refundId } = request.params;
        await resolveRefund.markGivenBack(adminIdOf(request), refundId, request.body.note);
        return showRefunds.one(refundId);
      },
    );

    scope.post(
      '/refunds/:refundId/acknowledge',
      {
        config: { permission: 'order.write', resource: '/api/v1/admin/refunds' },
        schema: {
          summary: 'Note that somebody has seen to a refund',
          description: 'It is no task any more; what is due stays due.',
          tags,
          params: refundParams,
          body: closedObject({ note: Type.Optional(note()) }),
          response: { 200: RefundTaskSchema },
        },
      },
      async (request) => {
        const { refundId } = request.params;
        await resolveRefund.acknowledge(adminIdOf(request), refundId, request.body.note);
        return showRefunds.one(refundId);
      },
    );
  };
}
