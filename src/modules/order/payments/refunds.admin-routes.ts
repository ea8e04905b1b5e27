import { Type } from 'typebox';
import { adminIdOf } from '../../../platform/auth/access-token.ts';
import { isoMoment } from '../../../platform/clock/iso-moment.ts';
import type { Database } from '../../../platform/database/database.ts';
import { notFound } from '../../../platform/errors/problem.ts';
import { page } from '../../../platform/http/page.ts';
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
import type { Id } from '../../../platform/ids/id.ts';
import { REFUND_MEANS, REFUND_STATES } from './refunds.rules.ts';
import { findListedRefund, listRefunds, type ListedRefund } from './refunds.store.ts';
import type { ResolveRefund } from './resolve-refund.ts';

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
  database: Database;
  resolveRefund: ResolveRefund;
}): Routes {
  const { database, resolveRefund } = use;

  async function show(refundId: Id) {
    const found = await findListedRefund(database, refundId);
    if (!found) throw notFound('There is no such refund');
    return viewOf(found);
  }

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
        page(request, async (limit, beforeId) => {
          const isTask = awaitsStaff === undefined ? undefined : awaitsStaff === 'true';
          const filter = { state, awaitsStaff: isTask, limit, beforeId };
          const found = await listRefunds(database, filter);
          return found.map(viewOf);
        }),
    );

    scope.post(
      '/refunds/:refundId/ask-again',
      {
        config: { permission: 'order.write' },
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
        return show(refundId);
      },
    );

    scope.post(
      '/refunds/:refundId/given-back',
      {
        config: { permission: 'order.write' },
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
        return show(refundId);
      },
    );

    scope.post(
      '/refunds/:refundId/acknowledge',
      {
        config: { permission: 'order.write' },
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
        return show(refundId);
      },
    );
  };
}

function viewOf({ refund, provider }: ListedRefund) {
  const { id, orderId, amount, state, means, reason, refusalCode, note: noted, asks } = refund;
  return {
    id,
    orderId,
    provider,
    amount,
    state,
    means,
    reason,
    refusalCode,
    awaitsStaff: refund.awaitsStaff === 1,
    note: noted,
    asks,
    nextAskAt: refund.nextAskAt && isoMoment(refund.nextAskAt),
    createdAt: isoMoment(refund.createdAt),
    doneAt: refund.doneAt && isoMoment(refund.doneAt),
  };
}
